package dev.capstan.engine.storage;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps all blocks on the heap, without a bound. */
public final class InMemoryBlockStore implements BlockStore {
    private static final Comparator<BlockId> ORDER =
            Comparator.comparing(InMemoryBlockStore::kind)
                    .thenComparingLong(InMemoryBlockStore::owner)
                    .thenComparingLong(InMemoryBlockStore::partition);

    /** How long a task that waits for another may take to notice that it is killed. */
    private static final long LOOK_MILLIS = 50;

    private final Serializer serializer;
    private final ClassLoader loader;
    private final Listener listener;
    private final ConcurrentHashMap<BlockId, Content> blocks = new ConcurrentHashMap<>();

    /** Blocks that some task computes now; the latch opens when it ends, well or badly. */
    private final ConcurrentHashMap<BlockId, CountDownLatch> computing = new ConcurrentHashMap<>();

    public InMemoryBlockStore(Serializer serializer, ClassLoader loader, Listener listener) {
        this.serializer = Objects.requireNonNull(serializer, "serializer");
        this.loader = Objects.requireNonNull(loader, "loader");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    @Override
    public <T> Iterator<T> getOrCompute(
            BlockId block, StorageLevel level, Runnable checkKilled, Callable<Iterator<T>> compute) throws Exception {
        level.requireSupported();
        while (true) {
            Content found = blocks.get(block);
            if (found != null) {
                return elements(found);
            }
            CountDownLatch mine = new CountDownLatch(1);
            CountDownLatch others = computing.putIfAbsent(block, mine);
            if (others != null) {
                do {
                    checkKilled.run();
                } while (!others.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
                continue;
            }
            try {
                Content again = blocks.get(block);
                return elements(again != null ? again : keep(block, level, compute.call()));
            } finally {
                computing.remove(block);
                mine.countDown();
            }
        }
    }

    private Content keep(BlockId block, StorageLevel level, Iterator<?> elements) {
        Content content = level.serialized() ? bytes(elements) : objects(elements);
        if (blocks.put(block, content) == null) {
            listener.added(block);
        }
        return content;
    }

    private Content bytes(Iterator<?> elements) {
        ByteOutput bytes = new ByteOutput(1024);
        Serializer.RecordWriter writer = serializer.writer(bytes);
        while (elements.hasNext()) {
            writer.write(elements.next());
        }
        return new Written(bytes.toByteArray());
    }

    private static Content objects(Iterator<?> elements) {
        ArrayList<Object> all = new ArrayList<>();
        while (elements.hasNext()) {
            all.add(elements.next());
        }
        all.trimToSize();
        return new Elements(all);
    }

    @Override
    public <T> Optional<Iterator<T>> get(BlockId block) {
        return Optional.ofNullable(blocks.get(block)).map(this::elements);
    }

    @SuppressWarnings("unchecked")
    private <T> Iterator<T> elements(Content content) {
        return switch (content) {
            case Elements(List<Object> all) -> (Iterator<T>) readOnly(all.iterator());
            case Written(byte[] bytes) -> serializer.reader(new ByteInput(bytes), loader);
        };
    }

    /** What a user's function does with the iterator must not reach the block. */
    private static <E> Iterator<E> readOnly(Iterator<E> elements) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public E next() {
                return elements.next();
            }
        };
    }

    @Override
    public void putBytes(BlockId block, byte[] bytes) {
        if (blocks.put(block, new Written(bytes)) == null) {
            listener.added(block);
        }
    }

    @Override
    public Optional<byte[]> getBytes(BlockId block) {
        return blocks.get(block) instanceof Written(byte[] bytes) ? Optional.of(bytes) : Optional.empty();
    }

    @Override
    public void drop(BlockId block) {
        if (blocks.remove(block) != null) {
            listener.removed(block);
        }
    }

    @Override
    public void dropDataset(DatasetId dataset) {
        for (BlockId block : list()) {
            if (block instanceof BlockId.CachedPartition(DatasetId owner, int _) && owner.equals(dataset)) {
                drop(block);
            }
        }
    }

    @Override
    public List<BlockId> list() {
        return blocks.keySet().stream().sorted(ORDER).toList();
    }

    private static int kind(BlockId block) {
        return switch (block) {
            case BlockId.CachedPartition _ -> 0;
            case BlockId.TaskResult _ -> 1;
        };
    }

    private static long owner(BlockId block) {
        return switch (block) {
            case BlockId.CachedPartition cached -> cached.dataset().number();
            case BlockId.TaskResult result -> result.task();
        };
    }

    private static long partition(BlockId block) {
        return switch (block) {
            case BlockId.CachedPartition cached -> cached.partition();
            case BlockId.TaskResult _ -> 0;
        };
    }

    private sealed interface Content {}

    private record Elements(List<Object> all) implements Content {}

    private record Written(byte[] bytes) implements Content {}
}

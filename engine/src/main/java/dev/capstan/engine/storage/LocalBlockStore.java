package dev.capstan.engine.storage;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.DiskWriteException;
import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.disk.Segment;
import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.StorageGrant;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Keeps blocks in the memory that the budgets grant, and on local disks. */
public final class LocalBlockStore implements BlockStore {
    private static final System.Logger LOG = System.getLogger(LocalBlockStore.class.getName());

    private static final Comparator<BlockId> ORDER =
            Comparator.comparing(LocalBlockStore::kind)
                    .thenComparingLong(LocalBlockStore::owner)
                    .thenComparingLong(LocalBlockStore::partition);

    /** Task results do not push each other out: what was first will be fetched first. */
    private static final String RESULTS = "task results";

    /** Bytes that were put go to disk in pieces of this size. */
    private static final int PIECE_BYTES = 4 << 20;

    private final StoredBlock.Surroundings surroundings;
    private final MemoryBudget heap;
    private final MemoryBudget offHeap;
    private final Listener listener;
    private final RemoteBlocks remote;
    private final ConcurrentHashMap<BlockId, StoredBlock> blocks = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<BlockId, Computation> computing = new ConcurrentHashMap<>();

    /** How often each dataset was dropped: what was begun before must not be kept after. */
    private final ConcurrentHashMap<DatasetId, Integer> dropped = new ConcurrentHashMap<>();

    /**
     * @param heap shared with tasks and map outputs
     * @param offHeap memory outside of the heap, which is the store's alone
     */
    public LocalBlockStore(
            Serializer serializer,
            ClassLoader loader,
            MemoryBudget heap,
            MemoryBudget offHeap,
            LocalDirectories directories,
            Codec codec,
            Listener listener) {
        this(serializer, loader, heap, offHeap, directories, codec, listener, Elsewhere.NOWHERE);
    }

    /**
     * @param elsewhere where partitions may be that are not here
     */
    public LocalBlockStore(
            Serializer serializer,
            ClassLoader loader,
            MemoryBudget heap,
            MemoryBudget offHeap,
            LocalDirectories directories,
            Codec codec,
            Listener listener,
            Elsewhere elsewhere) {
        this.surroundings = new StoredBlock.Surroundings(serializer, loader, directories, codec);
        this.remote = new RemoteBlocks(elsewhere, serializer, loader);
        this.heap = Objects.requireNonNull(heap, "heap");
        this.offHeap = Objects.requireNonNull(offHeap, "offHeap");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    // ---- cached partitions

    @Override
    public <T> Iterator<T> getOrCompute(
            BlockId block,
            StorageLevel level,
            Runnable checkKilled,
            Consumer<Runnable> atEnd,
            Callable<Iterator<T>> compute)
            throws Exception {
        if (level.keepsNothing()) {
            return compute.call();
        }
        while (true) {
            Optional<Iterator<T>> found = get(block, atEnd);
            if (found.isPresent()) {
                return found.get();
            }
            Computation mine = new Computation(checkKilled, atEnd, timesDropped(block));
            Computation others = computing.putIfAbsent(block, mine);
            if (others != null) {
                if (!others.awaitEnd(checkKilled)) {
                    computing.remove(block, others); // it was killed and does not end: somebody else may try
                }
                continue;
            }
            try {
                Optional<Iterator<T>> again = get(block, atEnd);
                if (again.isPresent()) {
                    return again.get();
                }
                Optional<Iterator<T>> fetched = fetch(block, atEnd);
                return fetched.isPresent() ? fetched.get() : keep(block, level, mine, compute);
            } finally {
                computing.remove(block, mine);
                mine.end();
            }
        }
    }

    /** From another executor. It stays where it is: tasks that need it again go there if they can. */
    private <T> Optional<Iterator<T>> fetch(BlockId block, Consumer<Runnable> atEnd) throws IOException {
        return block instanceof BlockId.CachedPartition cached ? remote.read(cached, atEnd) : Optional.empty();
    }

    @Override
    public Copying copying(BlockId.CachedPartition block, StorageLevel level, ExecutorId from) {
        int timesDroppedBefore = timesDropped(block);
        return () -> {
            List<Runnable> atEnd = new ArrayList<>();
            var mine = new Computation(() -> {}, atEnd::add, timesDroppedBefore);
            for (Computation others = computing.putIfAbsent(block, mine);
                    others != null;
                    others = computing.putIfAbsent(block, mine)) {
                boolean unused = others.awaitEnd(() -> {}); // a task that reads it elsewhere leaves no copy here
            }
            try {
                if (!blocks.containsKey(block)) {
                    Iterator<?> unused = keep(block, level, mine, () -> remote.begin(block, from, atEnd::add));
                }
                return blocks.containsKey(block);
            } finally {
                atEnd.forEach(Runnable::run);
                computing.remove(block, mine);
                mine.end();
            }
        };
    }

    private <T> Iterator<T> keep(BlockId id, StorageLevel level, Computation mine, Callable<Iterator<T>> compute)
            throws Exception {
        Iterator<T> elements = compute.call();
        if (level.place() != StorageLevel.Place.NOWHERE) {
            MemoryBudget budget = level.place() == StorageLevel.Place.OFF_HEAP ? offHeap : heap;
            try (Unrolling unrolling = new Unrolling(budget.store(group(id)))) {
                Unroll unroll = unroll(level, unrolling.grant);
                StoredBlock.Content content = unroll.takeAll(elements);
                if (content != null) {
                    unrolling.kept = true;
                    return published(block(id, level, content), mine);
                }
                var handedOn = new HandedOn(id, surroundings, unrolling.grant, unroll.taken());
                elements = handedOn.and(elements);
                if (level.usesDisk()) { // what was taken is counted until it is written
                    return keepOnDisk(id, level, elements, mine, compute);
                }
                unrolling.kept = true;
                mine.atEnd().accept(handedOn::close);
                handedOn.pass();
                return elements;
            }
        }
        return keepOnDisk(id, level, elements, mine, compute);
    }

    /** Gives the grant back unless somebody else keeps it: the block, or what is handed on. */
    private static final class Unrolling implements AutoCloseable {
        final StorageGrant grant;
        boolean kept;

        Unrolling(StorageGrant grant) {
            this.grant = grant;
        }

        @Override
        public void close() {
            if (!kept) {
                grant.close();
            }
        }
    }

    private Unroll unroll(StorageLevel level, StorageGrant grant) {
        return level.serialized()
                ? Unroll.frames(
                        grant,
                        new MemoryFrames(level.place() == StorageLevel.Place.OFF_HEAP),
                        surroundings.serializer(),
                        surroundings.loader())
                : Unroll.objects(grant, surroundings.serializer());
    }

    /** Where all disks are full the partition is not kept; that costs time later, but fails no task. */
    private <T> Iterator<T> keepOnDisk(
            BlockId id, StorageLevel level, Iterator<T> first, Computation mine, Callable<Iterator<T>> compute)
            throws Exception {
        try {
            Segment segment = write(id, new Restarted<>(first, compute));
            return published(block(id, level, new StoredBlock.OnDisk(segment)), mine);
        } catch (DiskWriteException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}; it is computed again when it is needed", e.getMessage());
            return compute.call();
        } catch (ComputationFailedException e) {
            throw e.failure();
        }
    }

    /** The elements from their beginning for each directory that is tried: one that filled up has used some. */
    private static final class Restarted<T> implements Callable<Iterator<T>> {
        private final Callable<Iterator<T>> compute;
        private @Nullable Iterator<T> first;

        Restarted(Iterator<T> first, Callable<Iterator<T>> compute) {
            this.first = first;
            this.compute = compute;
        }

        @Override
        public Iterator<T> call() throws Exception {
            Iterator<T> elements = first == null ? compute.call() : first;
            first = null;
            return elements;
        }
    }

    private Segment write(BlockId id, Callable<? extends Iterator<?>> fromTheBeginning) throws IOException {
        return surroundings
                .directories()
                .writeWhole(
                        id.toString(),
                        0,
                        surroundings.codec(),
                        out -> {
                            Iterator<?> elements = ComputationFailedException.begin(fromTheBeginning);
                            var frames = new ElementFrames(surroundings.serializer());
                            while (ComputationFailedException.hasNext(elements)) {
                                if (frames.add(ComputationFailedException.next(elements))) {
                                    frames.writeTo(out);
                                }
                            }
                            if (!frames.isEmpty()) {
                                frames.writeTo(out);
                            }
                        });
    }

    private StoredBlock block(BlockId id, StorageLevel level, StoredBlock.Content content) {
        return new StoredBlock(id, level, content, surroundings, this::moved, this::drop);
    }

    private void moved(StoredBlock block) {
        blocks.computeIfPresent(
                block.id(),
                (_, now) -> {
                    if (now == block) {
                        listener.kept(block.kept());
                    }
                    return now;
                });
    }

    /** Its elements, whether it is kept or not because its dataset was dropped meanwhile. */
    private <T> Iterator<T> published(StoredBlock block, Computation mine) {
        Iterator<T> elements = elements(block, mine.atEnd());
        BlockId id = block.id();
        blocks.compute(
                id,
                (_, before) -> {
                    if (before != null || timesDropped(id) != mine.timesDroppedBefore()) {
                        block.discard();
                        return before;
                    }
                    listener.kept(block.kept());
                    return block;
                });
        block.seal();
        return elements;
    }

    private int timesDropped(BlockId block) {
        return block instanceof BlockId.CachedPartition(DatasetId dataset, int _)
                ? dropped.getOrDefault(dataset, 0)
                : 0;
    }

    private static Object group(BlockId block) {
        return switch (block) {
            case BlockId.CachedPartition cached -> cached.dataset();
            case BlockId.TaskResult _ -> RESULTS;
            case BlockId.BroadcastPiece piece -> piece.broadcast();
        };
    }

    @Override
    public <T> Optional<Iterator<T>> get(BlockId block, Consumer<Runnable> atEnd) {
        StoredBlock found = blocks.get(block);
        try {
            return found == null ? Optional.empty() : Optional.of(elements(found, atEnd));
        } catch (UncheckedIOException e) { // what cannot be opened is computed again
            LOG.log(System.Logger.Level.WARNING, "{0} is lost: {1}", block, e.getMessage());
            return Optional.empty();
        }
    }

    @SuppressWarnings("unchecked")
    private <T> Iterator<T> elements(StoredBlock block, Consumer<Runnable> atEnd) {
        if (block.use() instanceof StoredBlock.Objects(List<Object> elements, var _)) {
            return (Iterator<T>) elements.iterator();
        }
        try {
            Frames frames = block.frames();
            atEnd.accept(frames::close);
            return ElementFrames.read(frames, surroundings.serializer(), surroundings.loader(), e -> lost(block, e));
        } catch (IOException e) {
            throw lost(block, e);
        }
    }

    /** A block that cannot be read is dropped, so that the next attempt computes it. */
    private UncheckedIOException lost(StoredBlock block, IOException e) {
        drop(block);
        return new UncheckedIOException(block.id() + " cannot be read and is dropped: " + e.getMessage(), e);
    }

    @Override
    public Optional<StoredFrames> openStored(BlockId block) {
        StoredBlock found = blocks.get(block);
        try {
            return found == null ? Optional.empty() : Optional.of(found.stored());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", lost(found, e).getMessage());
            return Optional.empty();
        }
    }

    // ---- bytes

    @Override
    public void putBytes(BlockId id, byte[] bytes) {
        StorageGrant grant = heap.store(group(id));
        StoredBlock.Content content;
        if (grant.grow(bytes.length)) {
            var frames = new MemoryFrames(false);
            frames.add(bytes);
            content = new StoredBlock.InMemory(frames, grant);
        } else {
            grant.close();
            content = new StoredBlock.OnDisk(write(id, bytes));
        }
        StoredBlock block = block(id, StorageLevel.MEMORY_AND_DISK_SER, content);
        blocks.compute(
                id,
                (_, before) -> {
                    if (before != null) {
                        before.discard();
                    }
                    listener.kept(block.kept());
                    return block;
                });
        block.seal();
    }

    private Segment write(BlockId id, byte[] bytes) {
        try {
            return surroundings
                    .directories()
                    .writeWhole(id.toString(), bytes.length, surroundings.codec(), out -> writePieces(bytes, out));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static void writePieces(byte[] bytes, FrameOutput out) throws IOException {
        for (int start = 0; start < bytes.length; start += PIECE_BYTES) {
            out.frame(bytes, start, Math.min(PIECE_BYTES, bytes.length - start));
        }
    }

    @Override
    public Optional<byte[]> getBytes(BlockId id) {
        StoredBlock block = blocks.get(id);
        if (block == null || block.use() instanceof StoredBlock.Objects) {
            return Optional.empty();
        }
        try (Frames frames = block.frames()) {
            ByteOutput bytes = new ByteOutput(1024);
            while (frames.next()) {
                bytes.write(frames.bytes(), frames.offset(), frames.length());
            }
            return Optional.of(bytes.toByteArray());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", lost(block, e).getMessage());
            return Optional.empty();
        }
    }

    // ---- dropping

    @Override
    public void drop(BlockId block) {
        StoredBlock found = blocks.get(block);
        if (found != null) {
            drop(found);
        }
    }

    private void drop(StoredBlock block) {
        blocks.computeIfPresent(
                block.id(),
                (id, now) -> {
                    if (now != block) {
                        return now;
                    }
                    listener.removed(id);
                    return null;
                });
        block.discard();
    }

    @Override
    public void dropDataset(DatasetId dataset) {
        dropped.merge(dataset, 1, Integer::sum);
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
            case BlockId.BroadcastPiece _ -> 2;
        };
    }

    private static long owner(BlockId block) {
        return switch (block) {
            case BlockId.CachedPartition cached -> cached.dataset().number();
            case BlockId.TaskResult result -> result.task();
            case BlockId.BroadcastPiece piece -> piece.broadcast().number();
        };
    }

    private static long partition(BlockId block) {
        return switch (block) {
            case BlockId.CachedPartition cached -> cached.partition();
            case BlockId.TaskResult _ -> 0;
            case BlockId.BroadcastPiece piece -> piece.piece();
        };
    }
}

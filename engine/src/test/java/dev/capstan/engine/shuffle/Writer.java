package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.StreamSink;
import dev.capstan.kernel.serialization.CompactSerializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** An executor that has map outputs, as far as others see it. */
final class Writer implements Receiver, AutoCloseable {
    static final ShuffleId SHUFFLE = new ShuffleId(1);
    static final int SLICES = 4;
    static final int RECORDS = 2_400;
    private static final int VALUE_BYTES = 1_000;

    final ExecutorId id;
    final LocalShuffleStore store;
    final AtomicInteger streams = new AtomicInteger();
    final AtomicInteger asked = new AtomicInteger();

    /** If it is there, streams wait for it. */
    volatile @Nullable CountDownLatch stuckBefore;

    private final Path root;
    private final LocalDirectories directories;
    private final MemoryBudget memory;
    private final ShuffleServing serving;
    private long tasks;

    /** With 8 MB its outputs go to disk, with 256 MB they stay in memory. */
    Writer(String name, Path root, long memoryBytes) {
        this.id = new ExecutorId(name);
        this.root = root;
        this.directories = new LocalDirectories(List.of(root));
        this.memory = new MemoryBudget(memoryBytes, 0.5);
        this.store = new LocalShuffleStore(new CompactSerializer(), memory, directories, Codec.LZ4);
        this.serving = new ShuffleServing(store, "host-of-" + name);
    }

    /** Records whose keys say where they come from; their order among slices is that of their keys. */
    Writer computes(int... mapPartitions) throws IOException, InterruptedException {
        for (int mapPartition : mapPartitions) {
            var random = new Random(mapPartition);
            try (TaskMemory task = memory.open(new TaskId(tasks++), () -> {});
                    ShuffleWriter writer = store.open(SHUFFLE, mapPartition, SLICES, task)) {
                for (int i = 0; i < RECORDS; i++) {
                    byte[] value = new byte[VALUE_BYTES];
                    random.nextBytes(value);
                    writer.write(i % SLICES, mapPartition * RECORDS + i, value);
                }
                writer.commit();
            }
        }
        return this;
    }

    List<Path> dataFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.getFileName().toString().startsWith("data-")).sorted().toList();
        }
    }

    @Override
    public void receive(Address to, Message message) {
        throw new AssertionError("nobody sends " + message);
    }

    @Override
    public byte[] serve(Message request) {
        asked.incrementAndGet();
        return request instanceof FrameCheck check ? serving.check(check) : serving.sizes((ShuffleRequest) request);
    }

    @Override
    public void stream(Message request, StreamSink to) throws IOException {
        streams.incrementAndGet();
        CountDownLatch before = stuckBefore;
        try {
            if (before != null) {
                before.await();
            }
            serving.write((ShuffleRequest) request, to);
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            streams.decrementAndGet();
        }
    }

    @Override
    public void close() {
        store.forget(SHUFFLE);
        directories.close();
    }
}

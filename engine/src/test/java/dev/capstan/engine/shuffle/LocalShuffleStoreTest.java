package dev.capstan.engine.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.CompactSerializer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class LocalShuffleStoreTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(1);

    @TempDir Path root;

    private final CompactSerializer serializer = new CompactSerializer();
    private MemoryBudget memory = new MemoryBudget(64 << 20, 0.5);
    private LocalDirectories directories = new LocalDirectories(List.of(Path.of("unused")));
    private LocalShuffleStore store;
    private long tasks;

    private void storeWith(long bytes, Codec codec) {
        directories = new LocalDirectories(List.of(root));
        memory = new MemoryBudget(bytes, 0.5);
        store = new LocalShuffleStore(serializer, memory, directories, codec);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(memory.usage().execution()).isZero();
        if (store != null) {
            store.forget(SHUFFLE);
            assertThat(memory.usage().storage()).isZero();
            assertThat(dataFiles()).isEmpty();
        }
        directories.close();
        assertThat(root).isEmptyDirectory();
    }

    private List<Path> dataFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.getFileName().toString().startsWith("data-")).sorted().toList();
        }
    }

    /** One map task. */
    private final class Attempt implements AutoCloseable {
        final TaskMemory task = memory.open(new TaskId(tasks++), () -> {});
        final ShuffleWriter writer;

        Attempt(int mapPartition, int reducePartitions) {
            writer = store.open(SHUFFLE, mapPartition, reducePartitions, task);
        }

        Attempt write(int reducePartition, Object key, Object value) throws IOException, InterruptedException {
            writer.write(reducePartition, key, value);
            return this;
        }

        @Override
        public void close() {
            writer.close();
            assertThat(task.holders()).isEmpty();
            task.close();
        }
    }

    private List<Object> read(int reducePartition) throws IOException {
        return records(store.read(SHUFFLE, 0, reducePartition).orElseThrow());
    }

    private List<Object> records(ShuffleBlock block) throws IOException {
        List<Object> records = new ArrayList<>();
        try (Frames frames = block.open()) {
            while (frames.next()) {
                addAll(records, frames.bytes(), frames.offset(), frames.length());
            }
        }
        return records;
    }

    private void addAll(List<Object> records, byte[] bytes, int offset, int length) {
        serializer
                .reader(new ByteInput(bytes, offset, length), getClass().getClassLoader())
                .forEachRemaining(records::add);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64 << 20})
    void anOutputIsSeenWhenItIsCommittedAndNotBefore(long memoryBytes) throws IOException, InterruptedException {
        storeWith(memoryBytes, Codec.LZ4);
        try (Attempt attempt = new Attempt(0, 3)) {
            attempt.write(2, "k", 1);
            assertThat(store.read(SHUFFLE, 0, 2)).isEmpty();
            assertThat(attempt.writer.commit()).isPositive();
        }
        assertThat(read(2)).containsExactly("k", 1);
        assertThat(read(0)).isEmpty();
        assertThat(store.read(SHUFFLE, 0, 0).orElseThrow().size()).isZero();
        assertThat(dataFiles()).hasSize(memoryBytes == 0 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64 << 20})
    void anOutputThatIsNotCommittedLeavesNothing(long memoryBytes) throws IOException, InterruptedException {
        storeWith(memoryBytes, Codec.LZ4);
        try (Attempt attempt = new Attempt(0, 3)) {
            for (int i = 0; i < 100_000; i++) {
                attempt.write(i % 3, "key " + i, i);
            }
        }
        assertThat(store.read(SHUFFLE, 0, 0)).isEmpty();
        assertThat(dataFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64 << 20})
    void theLastCommitCounts(long memoryBytes) throws IOException, InterruptedException {
        storeWith(memoryBytes, Codec.LZ4);
        try (Attempt slow = new Attempt(0, 3);
                Attempt quick = new Attempt(0, 3)) {
            slow.write(0, "slow", null);
            quick.write(0, "quick", null).write(0, "quick too", null);
            quick.writer.commit();
            ShuffleBlock before = store.read(SHUFFLE, 0, 0).orElseThrow();
            slow.writer.commit();
            assertThat(records(before)).as("opened after it was replaced").containsExactly("slow", null);
        }
        assertThat(read(0)).containsExactly("slow", null);
        assertThat(dataFiles()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aForgottenShuffleThatIsComputedAgainIsKept() throws IOException, InterruptedException {
        storeWith(64 << 20, Codec.LZ4);
        store.forget(SHUFFLE);
        try (Attempt again = new Attempt(0, 3)) {
            again.write(0, "k", 1).writer.commit();
        }
        assertThat(read(0)).containsExactly("k", 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64 << 20})
    void aStragglerFromBeforeDoesNotReplaceWhatIsComputedAgain(long memoryBytes)
            throws IOException, InterruptedException {
        storeWith(memoryBytes, Codec.LZ4);
        try (Attempt late = new Attempt(0, 3)) {
            late.write(0, "before", 1);
            store.forget(SHUFFLE);
            try (Attempt again = new Attempt(0, 3)) {
                again.write(0, "again", 2).writer.commit();
            }
            late.writer.commit();
        }
        assertThat(read(0)).containsExactly("again", 2);
        assertThat(dataFiles()).hasSize(memoryBytes == 0 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64 << 20})
    void aForgottenShuffleStaysForgotten(long memoryBytes) throws IOException, InterruptedException {
        storeWith(memoryBytes, Codec.LZ4);
        try (Attempt late = new Attempt(0, 3)) {
            late.write(0, "k", 1);
            store.forget(SHUFFLE);
            late.writer.commit();
        }
        assertThat(store.read(SHUFFLE, 0, 0)).isEmpty();
        assertThat(dataFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64 << 20})
    void whoReadsAnOutputThatIsForgottenReadsItToItsEndAndWhoOpensItLaterIsTold(long memoryBytes)
            throws IOException, InterruptedException {
        storeWith(memoryBytes, Codec.LZ4);
        List<Object> written = new ArrayList<>();
        try (Attempt attempt = new Attempt(0, 1)) {
            for (int i = 0; i < 50_000; i++) {
                attempt.write(0, "key " + i, i);
                written.add("key " + i);
                written.add(i);
            }
            attempt.writer.commit();
        }
        ShuffleBlock block = store.read(SHUFFLE, 0, 0).orElseThrow();
        List<Object> records = new ArrayList<>();
        try (Frames frames = block.open()) {
            assertThat(frames.next()).isTrue();
            addAll(records, frames.bytes(), frames.offset(), frames.length());
            store.forget(SHUFFLE);
            while (frames.next()) {
                addAll(records, frames.bytes(), frames.offset(), frames.length());
            }
        }
        assertThat(records).isEqualTo(written);
        assertThatThrownBy(block::open).isInstanceOf(IOException.class).hasMessageContaining("dropped");
    }

    /** Whatever the memory, the records of each partition are the same and in the same order. */
    @ParameterizedTest
    @EnumSource
    void everyAmountOfMemoryGivesTheSameRecords(Codec codec) throws IOException, InterruptedException {
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            storeWith(random.nextInt(4) == 0 ? 0 : random.nextLong(4 << 20), codec);
            int partitions = 1 + random.nextInt(20);
            List<List<Object>> expected = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                expected.add(new ArrayList<>());
            }
            try (Attempt attempt = new Attempt(0, partitions)) {
                writeRandom(attempt, random, expected);
                attempt.writer.commit();
                if (memory.usage().total() < 100 << 10) {
                    assertThat(attempt.task.diskSpilled()).isPositive();
                }
            }
            for (int partition = 0; partition < partitions; partition++) {
                assertThat(read(partition))
                        .as("seed %d, partition %d", seed, partition)
                        .isEqualTo(expected.get(partition));
                assertThat(stored(partition)).isEqualTo(expected.get(partition));
            }
            nothingIsLeft();
        }
    }

    private static void writeRandom(Attempt attempt, Random random, List<List<Object>> expected)
            throws IOException, InterruptedException {
        for (int i = 0; i < 30_000; i++) {
            int partition = random.nextInt(expected.size());
            Object key = random.nextInt(10_000) == 0 ? "x".repeat(300_000) : "key " + random.nextInt(1_000);
            attempt.write(partition, key, i);
            expected.get(partition).add(key);
            expected.get(partition).add(i);
        }
    }

    /** As another executor would read it. */
    private List<Object> stored(int partition) throws IOException {
        List<Object> records = new ArrayList<>();
        var sent = new SentBytes();
        try (OutgoingPiece piece = store.openToSend(SHUFFLE, 0, partition, partition + 1, 0).orElseThrow()) {
            piece.sendTo(sent);
        }
        for (byte[] raw : sent.frames()) {
            addAll(records, raw, 0, raw.length);
        }
        return records;
    }

    @Test
    void anOutputInMemoryGoesToDiskWhenATaskNeedsTheMemory() throws IOException, InterruptedException {
        storeWith(1 << 20, Codec.LZ4);
        memory = new MemoryBudget(1 << 20, 0.0);
        store = new LocalShuffleStore(serializer, memory, directories, Codec.LZ4);
        try (Attempt attempt = new Attempt(0, 10)) {
            for (int i = 0; i < 5_000; i++) {
                attempt.write(i % 10, "key " + i, i);
            }
            attempt.writer.commit();
        }
        assertThat(dataFiles()).isEmpty();
        List<Object> before = read(3);
        ShuffleBlock block = store.read(SHUFFLE, 0, 3).orElseThrow();
        try (TaskMemory task = memory.open(new TaskId(99), () -> {})) {
            var table = Spillable.keeping("a table");
            assertThat(task.acquire(1 << 20, table)).isEqualTo(1 << 20);
            assertThat(dataFiles()).hasSize(1);
            assertThat(records(block)).isEqualTo(before);
        }
    }

    @Test
    void tenThousandReducePartitionsNeedLittleMemory() throws IOException, InterruptedException {
        storeWith(2 << 20, Codec.LZ4);
        try (Attempt attempt = new Attempt(0, 10_000)) {
            for (int i = 0; i < 200_000; i++) {
                attempt.write(i % 10_000, i, "value " + i);
            }
            attempt.writer.commit();
            assertThat(attempt.task.peak()).isLessThanOrEqualTo(2 << 20);
            assertThat(attempt.task.diskSpilled()).isPositive();
        }
        for (int partition = 0; partition < 10_000; partition += 997) {
            List<Object> expected = new ArrayList<>();
            for (int i = partition; i < 200_000; i += 10_000) {
                expected.add(i);
                expected.add("value " + i);
            }
            assertThat(read(partition)).isEqualTo(expected);
        }
        assertThat(read(9_999)).hasSize(40);
    }
}

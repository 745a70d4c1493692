package dev.capstan.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskKilledException;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.testing.OpenFiles;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class LocalBlockStoreTest {
    private static final BlockId BLOCK = new BlockId.CachedPartition(new DatasetId(1), 0);

    private static final Runnable NOT_KILLED = () -> {};
    private static final Consumer<Runnable> AT_END = _ -> {};

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final Map<BlockId, KeptBlock> sizes = new ConcurrentHashMap<>();
    private final BlockStore.Listener listener =
            new BlockStore.Listener() {
                @Override
                public void kept(KeptBlock kept) {
                    if (sizes.put(kept.block(), kept) == null) {
                        events.add("+" + kept.block());
                    }
                }

                @Override
                public void removed(BlockId block) {
                    sizes.remove(block);
                    events.add("-" + block);
                }
            };

    @TempDir Path root;

    private final MemoryBudget offHeap = new MemoryBudget(1 << 20, 1);
    private MemoryBudget memory = new MemoryBudget(8 << 20, 0.5);
    private LocalDirectories directories = new LocalDirectories(List.of(Path.of("unused")));
    private LocalBlockStore store;

    @BeforeEach
    void plenty() {
        storeWith(8 << 20);
    }

    private void storeWith(long bytes) {
        memory = new MemoryBudget(bytes, 0.5);
        directories = new LocalDirectories(List.of(root));
        store =
                new LocalBlockStore(
                        new CompactSerializer(),
                        getClass().getClassLoader(),
                        memory,
                        offHeap,
                        directories,
                        Codec.LZ4,
                        listener);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        store.list().forEach(store::drop);
        assertThat(memory.usage().storage()).isZero();
        assertThat(offHeap.usage().storage()).isZero();
        assertThat(dataFiles()).isEmpty();
        directories.close();
        assertThat(root).isEmptyDirectory();
    }

    private List<Path> dataFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.getFileName().toString().startsWith("data-")).toList();
        }
    }

    private static List<Object> list(Iterator<?> elements) {
        List<Object> list = new ArrayList<>();
        elements.forEachRemaining(list::add);
        return list;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aBlockIsComputedOnce(StorageLevel level) throws Exception {
        AtomicInteger computed = new AtomicInteger();
        Callable<Iterator<Integer>> compute =
                () -> {
                    computed.incrementAndGet();
                    return List.of(1, 2).iterator();
                };
        for (int i = 0; i < 3; i++) {
            assertThat(list(store.getOrCompute(BLOCK, level, NOT_KILLED, AT_END, compute))).containsExactly(1, 2);
        }
        assertThat(computed).hasValue(1);
        store.drop(BLOCK);
        store.drop(BLOCK);
        assertThat(events).containsExactly("+" + BLOCK, "-" + BLOCK);
        assertThat(store.get(BLOCK, AT_END)).isEmpty();
    }

    @Test
    void aComputationThatFailsHalfWayStoresNothing() {
        Callable<Iterator<Integer>> failing = () -> List.of(1, 0).stream().map(n -> 1 / n).iterator();
        assertThatThrownBy(() -> store.getOrCompute(BLOCK, StorageLevel.MEMORY_ONLY, NOT_KILLED, AT_END, failing))
                .isInstanceOf(ArithmeticException.class);
        assertThat(store.list()).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("live")
    void aTaskThatAsksMeanwhileWaitsAndComputesIfTheFirstFails() throws ExecutionException, InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Object> first =
                    threads.submit(() ->
                            list(
                                    store.getOrCompute(
                                            BLOCK,
                                            StorageLevel.MEMORY_ONLY,
                                            NOT_KILLED,
                                            AT_END,
                                            () -> {
                                                begun.countDown();
                                                goOn.await();
                                                throw new IllegalStateException("first fails");
                                            })));
            begun.await();
            Future<List<Object>> second =
                    threads.submit(() ->
                            list(
                                    store.getOrCompute(
                                            BLOCK,
                                            StorageLevel.MEMORY_ONLY,
                                            NOT_KILLED,
                                            AT_END,
                                            () -> List.of(7).iterator())));
            goOn.countDown();
            assertThatThrownBy(first::get).hasMessageContaining("first fails");
            assertThat(second.get()).containsExactly(7);
        }
    }

    @Test
    @Tag("live")
    void aTaskThatWaitsForAnotherEndsWhenItIsKilledAlsoWithoutAnInterrupt()
            throws ExecutionException, InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(2);
        AtomicBoolean killed = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<List<Object>> first =
                    threads.submit(() ->
                            list(
                                    store.getOrCompute(
                                            BLOCK,
                                            StorageLevel.MEMORY_ONLY,
                                            NOT_KILLED,
                                            AT_END,
                                            () -> {
                                                begun.countDown();
                                                goOn.await();
                                                return List.of(1).iterator();
                                            })));
            begun.await();
            Future<List<Object>> second =
                    threads.submit(() ->
                            list(
                                    store.getOrCompute(
                                            BLOCK,
                                            StorageLevel.MEMORY_ONLY,
                                            () -> {
                                                asked.countDown();
                                                if (killed.get()) {
                                                    throw new TaskKilledException("enough");
                                                }
                                            },
                                            AT_END,
                                            () -> List.of(2).iterator())));
            asked.await();
            killed.set(true);
            assertThatThrownBy(second::get).hasCauseInstanceOf(TaskKilledException.class);
            goOn.countDown();
            assertThat(first.get()).containsExactly(1);
        }
    }

    @Test
    void theUserCannotChangeABlockThroughItsIterator() throws Exception {
        Iterator<Integer> elements =
                store.getOrCompute(BLOCK, StorageLevel.MEMORY_ONLY, NOT_KILLED, AT_END, () -> List.of(1, 2).iterator());
        elements.next();
        assertThatThrownBy(elements::remove).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aDatasetIsDroppedAsAWhole() {
        BlockId result = new BlockId.TaskResult(9);
        BlockId other = new BlockId.CachedPartition(new DatasetId(2), 0);
        store.putBytes(result, new byte[] {1});
        store.putBytes(other, new byte[0]);
        store.putBytes(new BlockId.CachedPartition(new DatasetId(1), 5), new byte[0]);
        store.putBytes(BLOCK, new byte[0]);
        assertThat(store.list().getFirst()).isEqualTo(BLOCK);
        store.dropDataset(new DatasetId(1));
        assertThat(store.list()).containsExactly(other, result);
        assertThat(store.getBytes(result)).contains(new byte[] {1});
    }

    private static BlockId block(int dataset, int partition) {
        return new BlockId.CachedPartition(new DatasetId(dataset), partition);
    }

    /** Some 5 MB as objects, 1 MB as bytes. */
    @Test
    void aFileOfWhichATaskTakesOnlyTheFirstElementsIsClosedWhenTheTaskEnds() throws Exception {
        List<Runnable> atEnd = new ArrayList<>();
        for (int task = 0; task < 3; task++) {
            Iterator<Object> elements =
                    store.getOrCompute(BLOCK, StorageLevel.DISK_ONLY, NOT_KILLED, atEnd::add, () -> many().iterator());
            assertThat(elements.next()).isNull();
        }
        assertThat(OpenFiles.below(root)).hasSize(4); // and the lock
        atEnd.forEach(Runnable::run);
        store.drop(BLOCK);
        directories.close();
        assertThat(OpenFiles.below(root)).isEmpty();
    }

    private static List<Object> many() {
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            many.add(i % 7 == 0 ? null : "element " + i);
        }
        return many;
    }

    private List<Object> getOrCompute(BlockId block, StorageLevel level, AtomicInteger computed, List<Object> elements)
            throws Exception {
        return list(
                store.getOrCompute(
                        block,
                        level,
                        NOT_KILLED,
                        AT_END,
                        () -> {
                            computed.incrementAndGet();
                            return elements.iterator();
                        }));
    }

    @ParameterizedTest
    @EnumSource
    void everyLevelGivesTheSameElementsWithMuchMemoryWithLittleAndWithNone(StorageLevel level) throws Exception {
        List<Object> many = many();
        for (long bytes : new long[] {64 << 20, 600 << 10, 100 << 10, 0}) {
            storeWith(bytes);
            AtomicInteger computed = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                assertThat(getOrCompute(BLOCK, level, computed, many))
                        .as("%s in %d bytes", level, bytes)
                        .isEqualTo(many);
            }
            boolean fits = bytes == 64 << 20 && level != StorageLevel.NONE;
            assertThat(computed.get()).as("%s in %d bytes", level, bytes).isEqualTo(fits || level.usesDisk() ? 1 : 3);
            assertThat(memory.usage().storage()).isLessThanOrEqualTo(bytes);
            nothingIsLeft();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY_ONLY", "MEMORY_ONLY_SER"})
    void fewLargeElementsAmongThousandsOfSmallOnesAreCountedBeforeMoreAreComputed(StorageLevel level) throws Exception {
        storeWith(4 << 20);
        var computed = new AtomicInteger();
        Callable<Iterator<byte[]>> rarelyLarge =
                () -> IntStream.range(0, 20_000).mapToObj(n -> element(n, computed)).iterator();
        List<Runnable> atEnd = new ArrayList<>();
        Iterator<byte[]> elements = store.getOrCompute(BLOCK, level, NOT_KILLED, atEnd::add, rarelyLarge);
        assertThat(computed.get()).isBetween(2, 4);
        assertThat(list(elements)).hasSize(20_000);
        atEnd.forEach(Runnable::run);
    }

    private static byte[] element(int number, AtomicInteger large) {
        boolean isLarge = number % 1_000 == 507;
        large.addAndGet(isLarge ? 1 : 0);
        return new byte[isLarge ? 1 << 20 : 10];
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY_ONLY", "MEMORY_ONLY_SER", "MEMORY_AND_DISK", "MEMORY_AND_DISK_SER"})
    void whatIsEvictedIsOnDiskOrGoneAsItsLevelSays(StorageLevel level) throws Exception {
        storeWith(1 << 20);
        memory = new MemoryBudget(1 << 20, 0.0);
        store =
                new LocalBlockStore(
                        new CompactSerializer(),
                        getClass().getClassLoader(),
                        memory,
                        offHeap,
                        directories,
                        Codec.LZ4,
                        listener);
        List<Object> elements = many().subList(0, 2_000);
        AtomicInteger computed = new AtomicInteger();
        getOrCompute(BLOCK, level, computed, elements);
        assertThat(sizes).containsValue(new KeptBlock(BLOCK, memory.usage().storage(), 0, level));
        Iterator<Object> reader = store.<Object>get(BLOCK, AT_END).orElseThrow();
        reader.next();
        try (TaskMemory task = memory.open(new TaskId(1), NOT_KILLED)) {
            assertThat(task.acquire(1 << 20, Spillable.keeping("a table"))).isEqualTo(1 << 20);
            assertThat(list(reader)).as("a reader keeps what it reads").isEqualTo(elements.subList(1, 2_000));
            assertThat(events).isEqualTo(level.usesDisk() ? List.of("+" + BLOCK) : List.of("+" + BLOCK, "-" + BLOCK));
            assertThat(dataFiles()).hasSize(level.usesDisk() ? 1 : 0);
            assertThat(sizes.get(BLOCK))
                    .isEqualTo(
                            level.usesDisk()
                                    ? new KeptBlock(BLOCK, 0, Files.size(dataFiles().getFirst()), level)
                                    : null);
            assertThat(getOrCompute(BLOCK, level, computed, elements)).isEqualTo(elements);
            assertThat(computed).hasValue(level.usesDisk() ? 1 : 2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY_ONLY", "MEMORY_ONLY_SER", "MEMORY_ONLY_2", "MEMORY_ONLY_SER_2"})
    void whatDidNotFitIsCountedUntilItWasTakenOrTheTaskEnds(StorageLevel level) throws Exception {
        storeWith(600 << 10);
        List<Runnable> atEnd = new ArrayList<>();
        Iterator<Object> drained = overflowing(level, atEnd);
        List<Object> seen = new ArrayList<>(Collections.singletonList(drained.next()));
        long counted = memory.usage().storage();
        assertThat(counted).isBetween(100L << 10, 600L << 10);
        while (memory.usage().storage() == counted) {
            seen.add(drained.next());
        }
        assertThat(memory.usage().storage()).isBetween(1L, counted);
        drained.forEachRemaining(seen::add);
        assertThat(seen).isEqualTo(many());
        assertThat(memory.usage().storage()).isZero();
        overflowing(level, atEnd).next();
        assertThat(memory.usage().storage()).isPositive();
        atEnd.forEach(Runnable::run);
        assertThat(memory.usage().storage()).isZero();
    }

    private Iterator<Object> overflowing(StorageLevel level, List<Runnable> atEnd) throws Exception {
        return store.getOrCompute(BLOCK, level, NOT_KILLED, atEnd::add, () -> many().iterator());
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY_ONLY", "MEMORY_ONLY_SER"})
    void whatDidNotFitGoesToAFileForWhoeverNeedsTheMemoryAndNoneOfItIsLost(StorageLevel level) throws Exception {
        storeWith(600 << 10);
        List<Runnable> atEnd = new ArrayList<>();
        for (boolean toItsEnd : new boolean[] {true, false}) {
            Iterator<Object> elements = overflowing(level, atEnd);
            List<Object> seen = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                seen.add(elements.next());
            }
            try (TaskMemory task = memory.open(new TaskId(1), NOT_KILLED)) {
                assertThat(task.acquire(600 << 10, Spillable.keeping("a table")))
                        .as("nothing of what is handed on is protected")
                        .isEqualTo(600 << 10);
            }
            assertThat(memory.usage().storage()).isZero();
            assertThat(dataFiles()).hasSize(1);
            if (toItsEnd) {
                elements.forEachRemaining(seen::add);
                assertThat(seen).isEqualTo(many());
            } else {
                elements.next();
                atEnd.forEach(Runnable::run);
            }
            assertThat(dataFiles()).isEmpty();
            assertThat(events).isEmpty();
        }
        directories.close();
        assertThat(OpenFiles.below(root)).isEmpty();
    }

    @Test
    void whatIsHandedOnGoesBeforeWhatIsKept() throws Exception {
        storeWith(1 << 20);
        getOrCompute(block(1, 1), StorageLevel.MEMORY_ONLY, new AtomicInteger(), many().subList(0, 1_000));
        Iterator<Object> elements = overflowing(StorageLevel.MEMORY_ONLY, new ArrayList<>());
        try (TaskMemory task = memory.open(new TaskId(1), NOT_KILLED)) {
            assertThat(task.acquire(600 << 10, Spillable.keeping("a table"))).isEqualTo(600 << 10);
        }
        assertThat(store.list()).containsExactly(block(1, 1));
        assertThat(list(elements)).isEqualTo(many());
    }

    @Test
    void whatIsHandedOnAndCannotBeWrittenStaysUntilItWasTaken() throws Exception {
        storeWith(1 << 20);
        List<Object> many = new ArrayList<>(many());
        many.set(10, new Object()); // no serializer takes it
        Iterator<Object> elements =
                store.getOrCompute(BLOCK, StorageLevel.MEMORY_ONLY, NOT_KILLED, AT_END, () -> many.iterator());
        try (TaskMemory task = memory.open(new TaskId(1), NOT_KILLED)) {
            long got = task.acquire(1 << 20, Spillable.keeping("a table"));
            assertThat(got).isEqualTo(memory.usage().execution()).isLessThan(1 << 20);
            assertThat(memory.usage().free()).isZero();
            assertThat(list(elements)).isEqualTo(many);
            assertThat(task.acquire((1 << 20) - got, Spillable.keeping("another"))).isEqualTo((1 << 20) - got);
        }
    }

    @Test
    @Tag("live")
    void whatIsHandedOnCanBeTakenWhileOthersSendItToAFile() throws Exception {
        storeWith(600 << 10);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 20; round++) {
                StorageLevel level = round % 2 == 0 ? StorageLevel.MEMORY_ONLY : StorageLevel.MEMORY_ONLY_SER;
                Iterator<Object> elements = overflowing(level, new ArrayList<>());
                int before = 200 * round;
                CountDownLatch taking = new CountDownLatch(1);
                Future<List<Object>> taken =
                        threads.submit(() -> {
                            List<Object> seen = new ArrayList<>();
                            while (elements.hasNext()) {
                                seen.add(elements.next());
                                if (seen.size() == before + 1) {
                                    taking.countDown();
                                }
                            }
                            return seen;
                        });
                taking.await();
                try (TaskMemory task = memory.open(new TaskId(1), NOT_KILLED)) {
                    assertThat(task.acquire(600 << 10, Spillable.keeping("a table"))).isEqualTo(600 << 10);
                }
                assertThat(taken.get()).isEqualTo(many());
                assertThat(dataFiles()).isEmpty();
            }
        }
    }

    /** Evicted is what was used longest ago; a dataset that asks for room spares itself. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "MEMORY_ONLY",
                "MEMORY_ONLY_SER",
                "MEMORY_AND_DISK",
                "MEMORY_AND_DISK_SER",
                "MEMORY_ONLY_2",
                "MEMORY_AND_DISK_2"
            })
    void blocksLeaveMemoryInTheOrderInWhichTheyWereUsedLast(StorageLevel level) throws Exception {
        List<Object> part = many().subList(0, 4_000);
        getOrCompute(BLOCK, level, new AtomicInteger(), part);
        long each = memory.usage().storage();
        store.drop(BLOCK);
        events.clear();
        storeWith(4 * each + each / 2);
        AtomicInteger computed = new AtomicInteger();
        for (int dataset = 1; dataset <= 4; dataset++) {
            getOrCompute(block(dataset, 0), level, computed, part);
        }
        getOrCompute(block(1, 0), level, computed, part);
        getOrCompute(block(3, 0), level, computed, part);
        assertThat(computed).hasValue(4);
        List<BlockId> expected = new ArrayList<>(List.of(block(2, 0), block(4, 0), block(1, 0), block(3, 0)));
        for (int dataset = 5; dataset <= 8; dataset++) {
            getOrCompute(block(dataset, 0), level, computed, part);
            BlockId gone = expected.removeFirst();
            assertThat(memory.usage().storage()).isBetween(3 * each, 4 * each + each / 2);
            if (level.usesDisk()) {
                assertThat(dataFiles()).hasSize(dataset - 4);
                assertThat(store.list()).contains(gone);
            } else {
                assertThat(events).contains("-" + gone);
                assertThat(store.list()).doesNotContain(gone).containsAll(expected);
                assertThat(dataFiles()).isEmpty();
            }
        }
        assertThat(computed).hasValue(8);
    }

    @Test
    void aDatasetThatDoesNotFitKeepsWhatItHasInsteadOfPushingItOut() throws Exception {
        List<Object> part = many().subList(0, 4_000);
        storeWith(1 << 20);
        AtomicInteger computed = new AtomicInteger();
        for (int round = 0; round < 2; round++) {
            for (int partition = 0; partition < 10; partition++) {
                getOrCompute(block(1, partition), StorageLevel.MEMORY_ONLY, computed, part);
            }
        }
        int kept = store.list().size();
        assertThat(kept).isBetween(1, 9);
        assertThat(store.list().getFirst()).isEqualTo(block(1, 0));
        assertThat(computed).hasValue(20 - kept);
        getOrCompute(block(2, 0), StorageLevel.MEMORY_ONLY, computed, part);
        assertThat(store.list())
                .as("another dataset pushes out the oldest")
                .contains(block(2, 0))
                .doesNotContain(block(1, 0));
    }

    @Test
    void aPartitionWhoseDatasetIsDroppedWhileItIsComputedIsNotKept() throws Exception {
        for (StorageLevel level : List.of(StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY, StorageLevel.OFF_HEAP)) {
            Callable<Iterator<Integer>> dropping =
                    () -> {
                        store.dropDataset(new DatasetId(1));
                        return List.of(1, 2).iterator();
                    };
            assertThat(list(store.getOrCompute(BLOCK, level, NOT_KILLED, AT_END, dropping))).containsExactly(1, 2);
            assertThat(store.list()).isEmpty();
            assertThat(dataFiles()).isEmpty();
        }
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("live")
    void whoWaitsForATaskThatWasKilledAndDoesNotEndComputesItself() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean killed = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            Future<List<Object>> stuck =
                    threads.submit(() ->
                            list(
                                    store.getOrCompute(
                                            BLOCK,
                                            StorageLevel.MEMORY_ONLY,
                                            () -> {
                                                if (killed.get()) {
                                                    throw new TaskKilledException("enough");
                                                }
                                            },
                                            AT_END,
                                            () -> {
                                                begun.countDown();
                                                goOn.await();
                                                return List.of(1).iterator();
                                            })));
            begun.await();
            killed.set(true);
            assertThat(getOrCompute(BLOCK, StorageLevel.MEMORY_ONLY, new AtomicInteger(), List.of(2)))
                    .containsExactly(2);
            goOn.countDown();
            assertThat(stuck.get()).containsExactly(1);
            assertThat(list(store.get(BLOCK, AT_END).orElseThrow()))
                    .as("the first that was complete stays")
                    .containsExactly(2);
            assertThat(events).containsExactly("+" + BLOCK);
        }
    }

    @Test
    void aDamagedFileIsDroppedWithAMessageAndComputedAgain() throws Exception {
        AtomicInteger computed = new AtomicInteger();
        getOrCompute(BLOCK, StorageLevel.DISK_ONLY, computed, many());
        Path file = dataFiles().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 4;
        Files.write(file, bytes);
        assertThatThrownBy(() -> getOrCompute(BLOCK, StorageLevel.DISK_ONLY, computed, many()))
                .hasMessageContaining(BLOCK + " cannot be read and is dropped: damaged frame: " + BLOCK + " in " + file)
                .hasMessageContaining("also when it is read again");
        assertThat(getOrCompute(BLOCK, StorageLevel.DISK_ONLY, computed, many())).isEqualTo(many());
        assertThat(computed).hasValue(2);
    }

    @Test
    void resultsCountAndGoToDiskWhenThereIsNoRoom() throws Exception {
        storeWith(100_000);
        byte[] large = new byte[80_000];
        Arrays.fill(large, (byte) 3);
        store.putBytes(new BlockId.TaskResult(1), large);
        assertThat(memory.usage().storage()).isEqualTo(80_000);
        store.putBytes(new BlockId.TaskResult(2), large);
        assertThat(dataFiles()).hasSize(1);
        for (int task = 1; task <= 2; task++) {
            assertThat(store.getBytes(new BlockId.TaskResult(task))).contains(large);
        }
        store.putBytes(new BlockId.TaskResult(2), new byte[0]);
        assertThat(store.getBytes(new BlockId.TaskResult(2))).contains(new byte[0]);
        assertThat(dataFiles()).isEmpty();
    }

    @Test
    void whatAFunctionThrowsComesOutAsItIsAlsoWhileADiskIsWritten() {
        for (StorageLevel level : List.of(StorageLevel.DISK_ONLY, StorageLevel.MEMORY_AND_DISK)) {
            Iterator<Integer> failing =
                    Stream.of(1, 2)
                            .map(n -> n == 2 ? this.<Integer>sneaky(new IOException("the user's own")) : n)
                            .iterator();
            assertThatThrownBy(() -> store.getOrCompute(BLOCK, level, NOT_KILLED, AT_END, () -> failing))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the user's own");
        }
        assertThat(store.list()).isEmpty();
    }

    @Test
    @Tag("live")
    void manyTasksThatCacheAndDropAndPushEachOtherOutAlwaysSeeTheRightElements()
            throws ExecutionException, InterruptedException {
        storeWith(500_000);
        StorageLevel[] levels = {
            StorageLevel.MEMORY_ONLY,
            StorageLevel.MEMORY_AND_DISK,
            StorageLevel.MEMORY_AND_DISK_SER,
            StorageLevel.OFF_HEAP
        };
        List<Future<Integer>> tasks = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int seed = 0; seed < 4; seed++) {
                Random random = new Random(seed);
                tasks.add(threads.submit(() -> cacheAndDrop(random, levels)));
            }
            for (Future<Integer> task : tasks) {
                assertThat(task.get()).isEqualTo(300);
            }
        }
    }

    private int cacheAndDrop(Random random, StorageLevel[] levels) throws Exception {
        int right = 0;
        for (int i = 0; i < 300; i++) {
            int dataset = random.nextInt(levels.length);
            BlockId block = block(dataset, random.nextInt(5));
            List<Object> expected = new ArrayList<>();
            for (int element = 0; element < 1_000; element++) {
                expected.add(block + " " + element);
            }
            if (random.nextInt(20) == 0) {
                store.dropDataset(new DatasetId(dataset));
            }
            if (getOrCompute(block, levels[dataset], new AtomicInteger(), expected).equals(expected)) {
                right++;
            }
        }
        return right;
    }

    private <T> T sneaky(Exception e) {
        throw Sneaky.rethrow(e);
    }
}

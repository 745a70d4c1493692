package dev.capstan.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.task.TaskKilledException;
import dev.capstan.kernel.serialization.CompactSerializer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class InMemoryBlockStoreTest {
    private static final BlockId BLOCK = new BlockId.CachedPartition(new DatasetId(1), 0);

    private static final Runnable NOT_KILLED = () -> {};

    private final List<String> events = new ArrayList<>();
    private final InMemoryBlockStore store =
            new InMemoryBlockStore(
                    new CompactSerializer(),
                    getClass().getClassLoader(),
                    new BlockStore.Listener() {
                        @Override
                        public void added(BlockId block) {
                            events.add("+" + block);
                        }

                        @Override
                        public void removed(BlockId block) {
                            events.add("-" + block);
                        }
                    });

    private static List<Object> list(Iterator<?> elements) {
        List<Object> list = new ArrayList<>();
        elements.forEachRemaining(list::add);
        return list;
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY_ONLY", "MEMORY_ONLY_SER"})
    void aBlockIsComputedOnce(StorageLevel level) throws Exception {
        AtomicInteger computed = new AtomicInteger();
        Callable<Iterator<Integer>> compute =
                () -> {
                    computed.incrementAndGet();
                    return List.of(1, 2).iterator();
                };
        for (int i = 0; i < 3; i++) {
            assertThat(list(store.getOrCompute(BLOCK, level, NOT_KILLED, compute))).containsExactly(1, 2);
        }
        assertThat(computed).hasValue(1);
        store.drop(BLOCK);
        store.drop(BLOCK);
        assertThat(events).containsExactly("+" + BLOCK, "-" + BLOCK);
        assertThat(store.get(BLOCK)).isEmpty();
    }

    @Test
    void aComputationThatFailsHalfWayStoresNothing() {
        Callable<Iterator<Integer>> failing = () -> List.of(1, 0).stream().map(n -> 1 / n).iterator();
        assertThatThrownBy(() -> store.getOrCompute(BLOCK, StorageLevel.MEMORY_ONLY, NOT_KILLED, failing))
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
                                            BLOCK, StorageLevel.MEMORY_ONLY, NOT_KILLED, () -> List.of(7).iterator())));
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
                store.getOrCompute(BLOCK, StorageLevel.MEMORY_ONLY, NOT_KILLED, () -> List.of(1, 2).iterator());
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
}

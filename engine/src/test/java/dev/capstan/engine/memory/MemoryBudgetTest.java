package dev.capstan.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.id.TaskId;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

class MemoryBudgetTest {
    private static final Runnable NOT_KILLED = () -> {};

    private final List<String> evicted = new ArrayList<>();

    /** A consumer that spills all it holds. */
    private static final class Buffer implements Spillable {
        final TaskMemory memory;
        int spills;

        Buffer(TaskMemory memory) {
            this.memory = memory;
        }

        @Override
        public long spill(long wanted) {
            long held = memory.held(this);
            if (held > 0) {
                spills++;
                memory.spilled(held, held / 2);
                memory.releaseAll(this);
            }
            return held;
        }

        @Override
        public String describe() {
            return "a buffer";
        }
    }

    private StorageGrant stored(MemoryBudget budget, String name, long bytes) {
        StorageGrant grant = budget.store(name);
        assertThat(grant.grow(bytes)).isTrue();
        grant.seal(() -> evicted.add(name));
        return grant;
    }

    @Test
    void storageTakesWhatTasksDoNotUseAndATaskTakesItBackDownToTheProtectedPart()
            throws IOException, InterruptedException {
        MemoryBudget budget = new MemoryBudget(100, 0.5);
        for (int i = 0; i < 10; i++) {
            stored(budget, "block-" + i, 10);
        }
        try (TaskMemory task = budget.open(new TaskId(1), NOT_KILLED)) {
            assertThat(task.acquire(80, Spillable.keeping("a table"))).isEqualTo(50);
            assertThat(evicted).containsExactly("block-0", "block-1", "block-2", "block-3", "block-4");
            assertThat(budget.usage()).isEqualTo(new MemoryBudget.Usage(100, 50, 50, 1));
            assertThat(budget.store("new").grow(51)).as("storage takes nothing from a task").isFalse();
        }
        assertThat(budget.usage()).isEqualTo(new MemoryBudget.Usage(100, 0, 50, 0));
    }

    @Test
    void whatWasUsedLongestAgoIsEvictedFirstAndNothingOfTheSameGroup() {
        MemoryBudget budget = new MemoryBudget(30, 0.5);
        StorageGrant first = stored(budget, "a", 10);
        stored(budget, "b", 10);
        stored(budget, "c", 10);
        first.touch();
        assertThat(budget.store("b").grow(10)).isTrue();
        assertThat(evicted).containsExactly("c");
        assertThat(budget.store("b").grow(11)).as("more than all others have").isFalse();
        assertThat(evicted).as("nothing is evicted in vain").containsExactly("c");
    }

    @Test
    void anEntryThatCannotBeEvictedStaysAndTheRequestIsRefused() throws IOException, InterruptedException {
        MemoryBudget budget = new MemoryBudget(20, 0.0);
        StorageGrant stuck = budget.store("stuck");
        assertThat(stuck.grow(20)).isTrue();
        stuck.seal(() -> {
            throw new IOException("the disk is full");
        });
        assertThat(budget.store("other").grow(1)).isFalse();
        try (TaskMemory task = budget.open(new TaskId(1), NOT_KILLED)) {
            task.acquire(0, Spillable.keeping("nothing"));
        }
        assertThat(stuck.bytes()).isEqualTo(20);
        stuck.close();
        stuck.close();
        assertThat(budget.usage().free()).isEqualTo(20);
    }

    @Test
    void aTaskThatIsShortSpillsItsOtherConsumersLargestFirstThenTheOneThatAsks()
            throws IOException, InterruptedException {
        MemoryBudget budget = new MemoryBudget(100, 0.5);
        TaskMemory task = budget.open(new TaskId(1), NOT_KILLED);
        Buffer small = new Buffer(task);
        Buffer large = new Buffer(task);
        Buffer asking = new Buffer(task);
        assertThat(task.acquire(20, small)).isEqualTo(20);
        assertThat(task.acquire(50, large)).isEqualTo(50);
        assertThat(task.acquire(60, asking)).isEqualTo(60);
        assertThat(List.of(small.spills, large.spills, asking.spills)).containsExactly(0, 1, 0);
        assertThat(task.acquire(90, asking)).isEqualTo(90);
        assertThat(List.of(small.spills, large.spills, asking.spills)).containsExactly(1, 1, 1);
        assertThat(task.memorySpilled()).isEqualTo(20 + 50 + 60);
        assertThat(task.diskSpilled()).isEqualTo(10 + 25 + 30);
        assertThat(task.peak()).isEqualTo(90);
        assertThat(task.holders()).containsExactly("a buffer (90 bytes)");
        assertThatThrownBy(() -> task.release(91, asking)).hasMessage("a buffer gives back 91 bytes, but holds 90");
        task.close();
        assertThat(budget.usage()).isEqualTo(new MemoryBudget.Usage(100, 0, 0, 0));
    }

    @Test
    void aConsumerThatAsksWhileItSpillsIsNotAskedToSpillAgain() throws IOException, InterruptedException {
        MemoryBudget budget = new MemoryBudget(100, 0.5);
        try (TaskMemory task = budget.open(new TaskId(1), NOT_KILLED)) {
            List<Long> duringSpill = new ArrayList<>();
            Spillable nested =
                    new Spillable() {
                        @Override
                        public long spill(long wanted) throws IOException {
                            try {
                                duringSpill.add(task.acquire(10, Spillable.keeping("a spill buffer")));
                            } catch (InterruptedException e) {
                                throw new AssertionError("nobody interrupts", e);
                            }
                            task.releaseAll(this);
                            return 100;
                        }

                        @Override
                        public String describe() {
                            return "a consumer that needs memory to spill";
                        }
                    };
            assertThat(task.acquire(100, nested)).isEqualTo(100);
            assertThat(task.acquire(40, nested)).isEqualTo(40);
            assertThat(duringSpill).containsExactly(0L);
        }
    }

    @Test
    @Tag("live")
    void aTaskThatWaitsForItsShareIsWokenByARelease() throws IOException, InterruptedException, ExecutionException {
        MemoryBudget budget = new MemoryBudget(100, 0.5);
        TaskMemory holder = budget.open(new TaskId(1), NOT_KILLED);
        Spillable table = Spillable.keeping("a table");
        assertThat(holder.acquire(100, table)).isEqualTo(100);
        TaskMemory late = budget.open(new TaskId(2), NOT_KILLED);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Long> granted = threads.submit(() -> late.acquire(100, table));
            assertThat(Await.until(() -> budget.usage().tasks() == 2, Duration.ofSeconds(10))).isTrue();
            holder.release(20, table);
            assertThat(granted.isDone()).as("less than a quarter is not enough to go on").isFalse();
            holder.release(10, table);
            assertThat(granted.get()).isBetween(25L, 50L);
        }
    }

    @Test
    @Tag("live")
    void aTaskThatWaitsEndsWhenItIsKilled() throws IOException, InterruptedException {
        MemoryBudget budget = new MemoryBudget(100, 0.5);
        Spillable table = Spillable.keeping("a table");
        assertThat(budget.open(new TaskId(1), NOT_KILLED).acquire(100, table)).isEqualTo(100);
        AtomicBoolean killed = new AtomicBoolean();
        TaskMemory late =
                budget.open(
                        new TaskId(2),
                        () -> {
                            if (killed.get()) {
                                throw new IllegalStateException("killed");
                            }
                        });
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Long> granted = threads.submit(() -> late.acquire(100, table));
            assertThat(Await.until(() -> budget.usage().tasks() == 2, Duration.ofSeconds(10))).isTrue();
            killed.set(true);
            assertThatThrownBy(granted::get).hasMessageContaining("killed");
        }
    }

    @Test
    @Tag("live")
    void noTaskStarvesWhereManyWantEverything() throws InterruptedException, ExecutionException {
        MemoryBudget budget = new MemoryBudget(1_000, 0.5);
        List<Future<Integer>> tasks = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                TaskId id = new TaskId(i);
                tasks.add(threads.submit(() -> growAndSpill(budget, id)));
            }
            for (Future<Integer> task : tasks) {
                assertThat(task.get()).as("rounds with at least 1/16 of the memory").isEqualTo(200);
            }
        }
        assertThat(budget.usage()).isEqualTo(new MemoryBudget.Usage(1_000, 0, 0, 0));
    }

    private static int growAndSpill(MemoryBudget budget, TaskId id) throws IOException, InterruptedException {
        int good = 0;
        for (int round = 0; round < 200; round++) {
            try (TaskMemory task = budget.open(id, NOT_KILLED)) {
                Buffer buffer = new Buffer(task);
                long got = task.acquire(1_000, buffer);
                if (got >= 1_000 / 16 - 1) {
                    good++;
                }
            }
        }
        return good;
    }

    /** A model of the storage side: names in order of use, with their sizes. */
    @Test
    void theFiguresAddUpAndTheOrderHoldsAfterEveryOperation() throws IOException, InterruptedException {
        for (long seed = 0; seed < 200; seed++) {
            randomOperations(new Random(seed), "seed " + seed);
        }
    }

    private void randomOperations(Random random, String seed) throws IOException, InterruptedException {
        MemoryBudget budget = new MemoryBudget(1_000, random.nextInt(5) / 4.0);
        Map<String, StorageGrant> grants = new LinkedHashMap<>();
        Map<String, Long> model = new LinkedHashMap<>();
        Deque<String> evictions = new ArrayDeque<>();
        TaskMemory task = budget.open(new TaskId(0), NOT_KILLED);
        Buffer buffer = new Buffer(task);
        for (int step = 0; step < 100; step++) {
            String name = "entry-" + random.nextInt(8);
            List<String> order = new ArrayList<>(model.keySet());
            switch (random.nextInt(5)) {
                case 0 -> store(budget, name, 1 + random.nextInt(400), grants, model, evictions);
                case 1 -> {
                    if (model.containsKey(name)) {
                        grants.get(name).touch();
                        model.put(name, model.remove(name));
                    }
                }
                case 2 -> {
                    if (model.remove(name) != null) {
                        grants.remove(name).close();
                    }
                }
                case 3 -> task.acquire(random.nextInt(500), buffer);
                default -> task.release(random.nextLong(task.held(buffer) + 1), buffer);
            }
            List<String> gone = new ArrayList<>(evictions);
            order.remove(name);
            assertThat(order.stream().filter(gone::contains).toList())
                    .as(seed + ": least recently used first")
                    .startsWith(
                            order.subList(0, (int) order.stream().filter(gone::contains).count())
                                    .toArray(String[]::new));
            gone.forEach(model::remove);
            evictions.clear();
            assertThat(budget.usage())
                    .as("%s, step %d", seed, step)
                    .isEqualTo(
                            new MemoryBudget.Usage(
                                    1_000,
                                    task.used(),
                                    model.values().stream().mapToLong(Long::longValue).sum(),
                                    budget.usage().tasks()));
            assertThat(budget.usage().free()).isNotNegative();
        }
    }

    private static void store(
            MemoryBudget budget,
            String name,
            long bytes,
            Map<String, StorageGrant> grants,
            Map<String, Long> model,
            Deque<String> evictions) {
        if (model.containsKey(name)) {
            return;
        }
        StorageGrant grant = budget.store(name);
        if (grant.grow(bytes)) {
            grant.seal(() -> evictions.add(name));
            grants.put(name, grant);
            model.put(name, bytes);
        } else {
            grant.close();
        }
    }
}

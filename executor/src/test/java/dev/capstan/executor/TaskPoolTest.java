package dev.capstan.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.execution.TaskResult;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder.InstallStage;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.executor.logic.ExecutorSignal;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.testing.Await;
import dev.capstan.testing.CapturedLog;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

@Tag("live")
class TaskPoolTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Resources TWO = Resources.cpus(2);
    private static final Resources ONE = Resources.cpus(1);
    private static final StageAttempt STAGE = stage(1);

    /** What a task does; returning is success. */
    private interface Body {
        void run(Task task) throws InterruptedException;
    }

    /** A task of these tests. */
    private final class Task implements TaskRun {
        final long number;
        volatile @Nullable String killed;
        volatile long recordsRead;

        Task(TaskLaunch launch) {
            this.number = launch.id().number();
        }

        @Override
        public TaskResult run() {
            try {
                body.run(this);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // left standing, as user code does
                return result(new TaskOutcome.Killed("interrupted: " + killed));
            }
            String why = killed;
            return result(why == null ? new TaskOutcome.MapOutput(number) : new TaskOutcome.Killed(why));
        }

        @Override
        public void kill(String reason) {
            killed = reason;
        }

        @Override
        public long recordsRead() {
            return recordsRead;
        }
    }

    private volatile Body body = _ -> {};
    private volatile LongSupplier clock = System::nanoTime;
    private final BlockingQueue<Message> told = new LinkedBlockingQueue<>();
    private final Map<Long, Task> prepared = new ConcurrentHashMap<>();
    private final List<TaskPool> pools = new ArrayList<>();
    private final String name = "pool-" + System.identityHashCode(this);

    @AfterEach
    void closeAll() {
        pools.forEach(TaskPool::close);
        assertThat(Await.until(() -> threadsNow() == 0, BOUND)).as("a closed pool leaves no thread").isTrue();
    }

    private static StageAttempt stage(int number) {
        return new StageAttempt(new StageId(number), 0);
    }

    private static TaskResult result(TaskOutcome outcome) {
        return new TaskResult(outcome, TaskMetrics.NONE);
    }

    private TaskPool pool(Resources total) {
        return pool(total, Duration.ofMinutes(1));
    }

    private TaskPool pool(Resources total, Duration idle) {
        var pool =
                new TaskPool(
                        name,
                        total,
                        1 << 20,
                        idle,
                        () -> clock.getAsLong(),
                        install -> {
                            if (install.stage().equals(stage(666))) {
                                throw new NoClassDefFoundError("user/Missing");
                            }
                            return launch -> {
                                var task = new Task(launch);
                                prepared.put(task.number, task);
                                return task;
                            };
                        });
        pools.add(pool);
        return pool;
    }

    private TaskPool twoCores() {
        TaskPool pool = pool(TWO);
        install(pool, STAGE, ONE);
        return pool;
    }

    private static void install(TaskPool pool, StageAttempt stage, Resources perTask) {
        pool.install(new InstallStage(stage, new StageCode(new byte[0], true), List.of(), perTask));
    }

    private void enqueue(TaskPool pool, StageAttempt stage, long... tasks) {
        List<TaskLaunch> launches = new ArrayList<>();
        for (long task : tasks) {
            launches.add(new TaskLaunch(new TaskId(task), (int) task, 0, List.of()));
        }
        pool.enqueue(stage, launches, told::add);
    }

    private long threadsNow() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(name)).count();
    }

    private <T extends Message> T next(Class<T> type) throws InterruptedException {
        Message next = told.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("within " + BOUND).isInstanceOf(type);
        return type.cast(next);
    }

    private TaskOutcome outcomeOf(long task) throws InterruptedException {
        ExecutorSignal.TaskDone done = next(ExecutorSignal.TaskDone.class);
        assertThat(done.task()).isEqualTo(new TaskId(task));
        return done.outcome();
    }

    private static List<TaskId> ids(long... tasks) {
        return LongStream.of(tasks).mapToObj(TaskId::new).toList();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    // ---- how many run at once ----

    @Test
    void asManyTasksRunAtOnceAsTheCoresHoldAndNeverMore() throws InterruptedException {
        atOnce(TWO, ONE, 2);
        atOnce(TWO, new Resources(500, 0, Map.of()), 4);
        atOnce(TWO, TWO, 1);
        atOnce(new Resources(8_000, 0, Map.of("gpu", 3_000L)), new Resources(1_000, 0, Map.of("gpu", 1_000L)), 3);
        atOnce(new Resources(8_000, 1_000, Map.of()), new Resources(1_000, 300, Map.of()), 3);
    }

    private void atOnce(Resources total, Resources perTask, int expected) throws InterruptedException {
        TaskPool pool = pool(total);
        install(pool, STAGE, perTask);
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var first = new CountDownLatch(expected);
        body =
                _ -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    first.countDown();
                    await(first); // passes only when so many run at once
                    LockSupport.parkNanos(50_000);
                    now.decrementAndGet();
                };
        enqueue(pool, STAGE, LongStream.range(0, 200).toArray());
        for (int i = 0; i < 200; i++) {
            assertThat(next(ExecutorSignal.TaskDone.class).outcome()).isInstanceOf(TaskOutcome.MapOutput.class);
        }
        assertThat(most).hasValue(expected);
        assertThat(pool.threads()).isLessThanOrEqualTo(expected);
        pool.close();
    }

    @Test
    void tasksOfDifferentSizesShareTheCores() throws InterruptedException {
        TaskPool pool = pool(TWO);
        install(pool, STAGE, ONE);
        install(pool, stage(2), TWO);
        var cores = new AtomicInteger();
        var most = new AtomicInteger();
        body =
                task -> {
                    int mine = task.number % 3 == 0 ? 2 : 1;
                    most.accumulateAndGet(cores.addAndGet(mine), Math::max);
                    Thread.onSpinWait();
                    cores.addAndGet(-mine);
                };
        for (long task = 0; task < 3_000; task++) {
            enqueue(pool, task % 3 == 0 ? stage(2) : STAGE, task);
        }
        for (int i = 0; i < 3_000; i++) {
            next(ExecutorSignal.TaskDone.class);
        }
        assertThat(most).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void aThreadWithoutWorkEndsAndTheNextTaskHasANewOne() throws InterruptedException {
        TaskPool pool = pool(TWO, Duration.ofMillis(20));
        install(pool, STAGE, ONE);
        for (long task = 0; task < 3; task++) {
            enqueue(pool, STAGE, task);
            assertThat(outcomeOf(task)).isEqualTo(new TaskOutcome.MapOutput(task));
            assertThat(Await.until(() -> pool.threads() == 0 && threadsNow() == 0, BOUND)).isTrue();
        }
    }

    @Test
    void aTaskThatTakesMoreThanTheExecutorHasFailsAndSaysSo() throws InterruptedException {
        TaskPool pool = pool(ONE);
        install(pool, STAGE, TWO);
        enqueue(pool, STAGE, 1);
        assertThat(outcomeOf(1))
                .isInstanceOfSatisfying(
                        TaskOutcome.Failed.class,
                        failed -> assertThat(failed.failure().message()).contains("takes", "this executor has"));
        install(pool, stage(2), ONE);
        enqueue(pool, stage(2), 2);
        assertThat(outcomeOf(2)).isEqualTo(new TaskOutcome.MapOutput(2));
    }

    // ---- ending tasks ----

    @Test
    void aQueuedTaskIsKilledAtOnceAndNeverRuns() throws InterruptedException {
        TaskPool pool = twoCores();
        var leave = new CountDownLatch(1);
        body = _ -> await(leave);
        enqueue(pool, STAGE, 1, 2, 3);
        pool.kill(ids(3, 99), false, "not needed", told::add);
        assertThat(outcomeOf(3)).isEqualTo(new TaskOutcome.Killed("not needed"));
        leave.countDown();
        next(ExecutorSignal.TaskDone.class);
        next(ExecutorSignal.TaskDone.class);
        assertThat(prepared).containsOnlyKeys(1L, 2L);
    }

    @Test
    void aRunningTaskLearnsOfItsKillAndIsInterruptedOnlyOnRequest() throws InterruptedException {
        TaskPool pool = twoCores();
        var running = new CountDownLatch(2);
        body =
                task -> {
                    running.countDown();
                    if (task.number == 1) {
                        while (task.killed == null) {
                            Thread.onSpinWait();
                        }
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    } else {
                        new CountDownLatch(1).await();
                    }
                };
        enqueue(pool, STAGE, 1, 2);
        await(running);
        pool.kill(ids(1), false, "politely", told::add);
        assertThat(outcomeOf(1)).isEqualTo(new TaskOutcome.Killed("politely"));
        pool.kill(ids(2), true, "at once", told::add);
        assertThat(outcomeOf(2)).isEqualTo(new TaskOutcome.Killed("interrupted: at once"));
        body = task -> assertThat(Thread.currentThread().isInterrupted()).isFalse();
        enqueue(pool, STAGE, 3);
        assertThat(outcomeOf(3)).isEqualTo(new TaskOutcome.MapOutput(3));
    }

    @Test
    void anInterruptMeantForOneTaskNeverHitsTheNext() throws InterruptedException {
        TaskPool pool = twoCores();
        var wronglyInterrupted = new AtomicInteger();
        body =
                task -> {
                    // odd tasks are never killed
                    boolean victim = task.number % 2 == 0;
                    for (int i = 0; i < 200; i++) {
                        if (Thread.currentThread().isInterrupted()) {
                            if (!victim) {
                                wronglyInterrupted.incrementAndGet();
                            }
                            return;
                        }
                        Thread.onSpinWait();
                    }
                };
        int rounds = 20_000;
        var random = new SplittableRandom(7);
        int killed = 0;
        for (int i = 0; i < rounds; i++) {
            long victim = 2L * i;
            enqueue(pool, STAGE, victim, victim + 1);
            for (int spin = random.nextInt(300); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            pool.kill(ids(victim), true, "race", told::add);
            for (int n = 0; n < 2; n++) {
                ExecutorSignal.TaskDone done = next(ExecutorSignal.TaskDone.class);
                if (done.outcome() instanceof TaskOutcome.Killed) {
                    assertThat(done.task().number() % 2).isZero();
                    killed++;
                }
            }
        }
        assertThat(wronglyInterrupted).hasValue(0);
        assertThat(killed).as("the races were real").isBetween(1, rounds);
        assertThat(told).as("one outcome each").isEmpty();
    }

    @Test
    void aTaskThatIgnoresItsEndIsAbandonedAndItsCoreWorksAgain() throws InterruptedException {
        TaskPool pool = pool(ONE);
        install(pool, STAGE, ONE);
        var running = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        body =
                task -> {
                    if (task.number == 1) {
                        ignoreEverythingUntil(leave, running);
                    }
                };
        enqueue(pool, STAGE, 1, 2);
        await(running);
        pool.kill(ids(1), true, "enough", told::add);
        try (var log = CapturedLog.of(TaskPool.class)) {
            pool.abandon(new TaskId(1), told::add);
            pool.abandon(new TaskId(1), told::add);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("does not end", "left behind (1 so far in", "ignoreEverythingUntil");
        }
        // the second begins as soon as the first has given its core back
        assertThat(List.of(next(ExecutorSignal.TaskDone.class), next(ExecutorSignal.TaskDone.class)))
                .extracting(ExecutorSignal.TaskDone::outcome)
                .containsExactlyInAnyOrder(
                        new TaskOutcome.Killed("killed; it did not end, so its thread was abandoned"),
                        new TaskOutcome.MapOutput(2));
        leave.countDown();
        assertThat(Await.until(() -> threadsNow() == 1, BOUND)).isTrue();
        assertThat(told).as("its late end is its own affair").isEmpty();
        enqueue(pool, STAGE, 3);
        assertThat(outcomeOf(3)).isEqualTo(new TaskOutcome.MapOutput(3));
        assertThat(pool.threads()).isEqualTo(1);
    }

    /** Says that it began from where it stays: whoever looks at the stack afterwards sees it there. */
    private static void ignoreEverythingUntil(CountDownLatch leave, CountDownLatch running) {
        running.countDown();
        while (leave.getCount() > 0) {
            try {
                leave.await();
            } catch (InterruptedException e) {
                continue; // on purpose
            }
        }
    }

    @Test
    void threadsThatNeverEndAreCountedAndMakeTheExecutorUnfit() throws InterruptedException {
        TaskPool pool = pool(ONE);
        install(pool, STAGE, ONE);
        var leave = new CountDownLatch(1);
        var running = new AtomicReference<>(new CountDownLatch(1));
        body = _ -> ignoreEverythingUntil(leave, running.get());
        for (long task = 1; task <= TaskPool.MOST_LEFT_BEHIND; task++) {
            var begun = new CountDownLatch(1);
            running.set(begun);
            enqueue(pool, STAGE, task);
            await(begun);
            pool.kill(ids(task), true, "enough", told::add);
            pool.abandon(new TaskId(task), told::add);
            assertThat(outcomeOf(task)).isInstanceOf(TaskOutcome.Killed.class);
        }
        assertThat(next(ExecutorSignal.Unfit.class).reason()).contains(TaskPool.MOST_LEFT_BEHIND + " killed tasks");
        leave.countDown();
    }

    @Test
    void queuedTasksAreTakenBackTheLastFirst() throws InterruptedException {
        TaskPool pool = twoCores();
        var running = new CountDownLatch(2);
        var leave = new CountDownLatch(1);
        body =
                _ -> {
                    running.countDown();
                    await(leave);
                };
        enqueue(pool, STAGE, 1, 2, 3, 4, 5);
        await(running);
        pool.takeBack(STAGE, 2, told::add);
        assertThat(next(ExecutorSignal.TasksTakenBack.class).tasks()).containsExactlyElementsOf(ids(5, 4));
        pool.takeBackAll(told::add);
        assertThat(next(ExecutorSignal.TasksTakenBack.class).tasks()).containsExactlyElementsOf(ids(3));
        leave.countDown();
        next(ExecutorSignal.TaskDone.class);
        next(ExecutorSignal.TaskDone.class);
        assertThat(prepared).containsOnlyKeys(1L, 2L);
    }

    @Test
    void closingInterruptsWhatRunsAndDropsWhatWaits() throws InterruptedException {
        TaskPool pool = twoCores();
        var running = new CountDownLatch(2);
        body =
                _ -> {
                    running.countDown();
                    new CountDownLatch(1).await();
                };
        enqueue(pool, STAGE, 1, 2, 3);
        await(running);
        pool.close();
        pool.close();
        assertThat(Await.until(() -> threadsNow() == 0 && pool.threads() == 0, BOUND)).isTrue();
        assertThat(told)
                .hasSize(2)
                .allMatch(message ->
                        message instanceof ExecutorSignal.TaskDone done
                                && done.outcome() instanceof TaskOutcome.Killed);
    }

    // ---- whatever tasks do ----

    @Test
    void whateverATaskThrowsBecomesItsOutcomeAndTheThreadGoesOn() throws InterruptedException {
        TaskPool pool = pool(ONE);
        install(pool, STAGE, ONE);
        body =
                task -> {
                    switch ((int) task.number) {
                        case 1 -> recurse(1);
                        case 2 -> throw new OutOfMemoryError("artificial");
                        case 3 -> throw new NoClassDefFoundError("user/Missing");
                        case 4 -> throw new IllegalStateException("a bug of the runner");
                        case 5 -> throw new ResistsBeingTold();
                        default -> {}
                    }
                };
        enqueue(pool, STAGE, 1, 2, 3, 4, 5, 6);
        List<String> types =
                List.of(
                        "java.lang.StackOverflowError",
                        "java.lang.OutOfMemoryError",
                        "java.lang.NoClassDefFoundError",
                        "java.lang.IllegalStateException",
                        ResistsBeingTold.class.getName());
        for (int i = 0; i < types.size(); i++) {
            TaskOutcome outcome = outcomeOf(i + 1);
            assertThat(((TaskOutcome.Failed) outcome).failure().type()).isEqualTo(types.get(i));
        }
        assertThat(outcomeOf(6)).isEqualTo(new TaskOutcome.MapOutput(6));
        assertThat(prepared).hasSize(6);
        assertThat(threadsNow()).isEqualTo(1);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    private static final class ResistsBeingTold extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("artificial");
        }
    }

    @Test
    void aStageThatCannotBeInstalledFailsWithItsTasksAndNotTheActor() throws InterruptedException {
        TaskPool pool = twoCores();
        install(pool, stage(666), ONE);
        enqueue(pool, stage(666), 1);
        assertThat(outcomeOf(1))
                .isInstanceOfSatisfying(
                        TaskOutcome.Failed.class,
                        failed -> assertThat(failed.failure().message()).contains("user/Missing"));
        enqueue(pool, stage(7), 2);
        assertThat(outcomeOf(2))
                .isInstanceOfSatisfying(
                        TaskOutcome.Failed.class,
                        failed -> assertThat(failed.failure().message()).contains("has not arrived"));
    }

    @Test
    void whereThereIsNoMemoryToBeginATaskItBeginsOnceThereIs() throws InterruptedException {
        TaskPool pool = twoCores();
        var shortages = new AtomicInteger(5);
        clock =
                () -> {
                    if (Thread.currentThread().getName().startsWith(name) && shortages.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("artificial");
                    }
                    return System.nanoTime();
                };
        enqueue(pool, STAGE, 1, 2, 3, 4);
        assertThat(nextDone(4)).containsExactlyInAnyOrderElementsOf(ids(1, 2, 3, 4));
        assertThat(shortages.get()).isNegative();
        assertThat(prepared).as("each began once").hasSize(4);
        assertThat(pool.threads()).isEqualTo(threadsNow()).isLessThanOrEqualTo(2);
        var both = new CountDownLatch(2);
        body =
                _ -> {
                    both.countDown();
                    await(both);
                };
        enqueue(pool, STAGE, 5, 6);
        assertThat(nextDone(2)).as("no core was lost").containsExactlyInAnyOrderElementsOf(ids(5, 6));
    }

    private List<TaskId> nextDone(int count) throws InterruptedException {
        List<TaskId> done = new ArrayList<>();
        while (done.size() < count) {
            ExecutorSignal.TaskDone next = next(ExecutorSignal.TaskDone.class);
            assertThat(next.outcome()).isEqualTo(new TaskOutcome.MapOutput(next.task().number()));
            done.add(next.task());
        }
        return done;
    }

    @Test
    void aListenerThatFailsCostsNeitherTheThreadNorTheCore() throws InterruptedException {
        TaskPool pool = pool(ONE);
        install(pool, STAGE, ONE);
        pool.enqueue(
                STAGE,
                List.of(new TaskLaunch(new TaskId(1), 1, 0, List.of()), new TaskLaunch(new TaskId(2), 2, 0, List.of())),
                message -> {
                    told.add(message);
                    throw new OutOfMemoryError("artificial");
                });
        assertThat(outcomeOf(1)).isEqualTo(new TaskOutcome.MapOutput(1));
        assertThat(outcomeOf(2)).isEqualTo(new TaskOutcome.MapOutput(2));
        assertThat(Await.until(() -> pool.threads() == 1 && threadsNow() == 1, BOUND)).isTrue();
    }

    @Test
    void aLookTellsWhatRunsHowFarItIsAndWhatWaits() throws InterruptedException {
        TaskPool pool = pool(ONE);
        install(pool, STAGE, ONE);
        var running = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        body =
                task -> {
                    task.recordsRead = 42;
                    running.countDown();
                    await(leave);
                };
        enqueue(pool, STAGE, 1, 2);
        await(running);
        pool.look(told::add);
        ExecutorSignal.PoolState state = next(ExecutorSignal.PoolState.class);
        assertThat(state.running())
                .singleElement()
                .satisfies(progress -> {
                    assertThat(progress.task()).isEqualTo(new TaskId(1));
                    assertThat(progress.recordsRead()).isEqualTo(42);
                    assertThat(progress.runNanos()).isPositive();
                });
        assertThat(state.queued()).containsExactlyElementsOf(ids(2));
        leave.countDown();
    }
}

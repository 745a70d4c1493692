package dev.capstan.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.execution.StageProgram;
import dev.capstan.engine.execution.Work;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.NumberRange;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.protocol.BlockRequest;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.shuffle.FetchSettings;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.executor.logic.ExecutorConfig;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Fault;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.InMemoryTransport;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.serialization.SerializationSettings;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** A whole executor, told what to do by a driver of a few lines. */
@Tag("live")
class ExecutorRuntimeTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration BEAT = Duration.ofMillis(20);
    private static final Duration KILL_TIMEOUT = Duration.ofMillis(200);
    private static final Address DRIVER = new Address("driver", "tasks");
    private static final ExecutorId ID = new ExecutorId("tested-executor");
    private static final Address EXECUTOR = new Address(ID.name(), "executor");
    private static final Work COUNT = new Work.ResultWork<>(Actions.Count.INSTANCE);
    private static final Work COLLECT = new Work.ResultWork<>(Actions.Collect.INSTANCE);

    /** What the functions of these tests share with them; they run in this process. */
    private static volatile CountDownLatch entered = new CountDownLatch(0);

    private static volatile CountDownLatch leave = new CountDownLatch(0);

    private final InMemoryTransport transport = new InMemoryTransport();
    private final BlockingQueue<ExecutorReport> reports = new LinkedBlockingQueue<>();
    private final List<Fault> faults = new ArrayList<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final AtomicInteger datasets = new AtomicInteger();
    private final ActorLoop loop = new ActorLoop("tested-loop", (_, _, _) -> {}, faults::add);
    private final Node driver = transport.join(hello(), new Driver());
    private ExecutorRuntime executor = start(256 << 10);

    private static Hello hello() {
        return new Hello(Hello.PROTOCOL, "app", "driver", DRIVER.node(), 1, 0);
    }

    private final class Driver implements Receiver {
        @Override
        public void receive(Address to, Message message) {
            var arrived = (ExecutorReports) message;
            reports.addAll(arrived.reports());
            if (arrived.sequence() > 0) {
                order(new ExecutorOrder.ReportsTaken(arrived.sequence()));
            }
        }
    }

    private ExecutorRuntime start(long inlineResultBytes) {
        return ExecutorRuntime.start(
                new ExecutorSpec(
                        ID,
                        new LeaseId("lease"),
                        "host",
                        Resources.cpus(2),
                        "app",
                        new Epoch(1),
                        DRIVER,
                        new ExecutorConfig(
                                Duration.ofSeconds(3), Duration.ofSeconds(2), KILL_TIMEOUT, Duration.ofSeconds(60)),
                        SerializationSettings.defaults(),
                        getClass().getClassLoader(),
                        Pipelines.without(),
                        inlineResultBytes,
                        1 << 20,
                        Duration.ofMinutes(1),
                        new StoreSettings(
                                0.6,
                                0.5,
                                new ByteSize(1 << 20),
                                List.of(Path.of("target", "local")),
                                Codec.LZ4,
                                new FetchSettings(1, Duration.ofMillis(10), new ByteSize(1 << 20)))),
                transport,
                loop,
                ends::add);
    }

    @BeforeEach
    void register() throws InterruptedException {
        loop.start();
        assertThat(next(ExecutorReport.Register.class).host()).isEqualTo("host");
        order(new ExecutorOrder.Welcome(BEAT));
    }

    @AfterEach
    void nothingIsLeft() {
        leave.countDown();
        executor.close();
        executor.close();
        loop.close();
        driver.close();
        assertThat(faults).isEmpty();
        assertThat(
                        Await.until(
                                () ->
                                        Thread.getAllStackTraces().keySet().stream()
                                                .noneMatch(thread -> thread.getName().startsWith("tested-")),
                                BOUND))
                .as(() -> "threads: " + Thread.getAllStackTraces().keySet())
                .isTrue();
    }

    // ---- the driver's side ----

    private void order(ExecutorOrder... orders) {
        driver.send(DRIVER, EXECUTOR, new ExecutorOrders(new Epoch(1), ID, List.of(orders)));
    }

    private <T extends ExecutorReport> T next(Class<T> type) throws InterruptedException {
        while (true) {
            ExecutorReport next = reports.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(next).as("a " + type.getSimpleName() + " within " + BOUND).isNotNull();
            if (type.isInstance(next)) {
                return type.cast(next);
            }
        }
    }

    private TaskOutcome outcome() throws InterruptedException {
        return next(ExecutorReport.TaskEnded.class).outcome();
    }

    private static StageAttempt stage(int number) {
        return new StageAttempt(new StageId(number), 0);
    }

    private Origin origin(String operator) {
        return new Origin(new DatasetId(datasets.getAndIncrement()), operator, "Test.java:1");
    }

    private <R> Lineage<R> mapped(Fn<Long, R> function) {
        return new Mapped<>(origin("map"), NumberRange.of(origin("range"), 0, 100, 1, 10), function, null);
    }

    private void run(int stage, StageCode code, long... tasks) {
        List<TaskLaunch> launches =
                LongStream.of(tasks)
                        .mapToObj(task -> new TaskLaunch(new TaskId(task), (int) (task % 10), 0, List.of()))
                        .toList();
        order(
                new ExecutorOrder.InstallStage(stage(stage), code, List.of(), Resources.cpus(1)),
                new ExecutorOrder.RunTasks(stage(stage), launches));
    }

    private static ExecutorOrder kill(boolean interrupt, long... tasks) {
        return new ExecutorOrder.KillTasks(LongStream.of(tasks).mapToObj(TaskId::new).toList(), interrupt, "enough");
    }

    private static void enter(int tasks) {
        entered = new CountDownLatch(tasks);
        leave = new CountDownLatch(1);
    }

    private static void awaitEntered() throws InterruptedException {
        assertThat(entered.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    private static Long waits(Long number) throws InterruptedException {
        entered.countDown();
        leave.await();
        return number;
    }

    private static Long ignoresInterrupts(Long number) {
        entered.countDown();
        while (leave.getCount() > 0) {
            Thread.onSpinWait();
        }
        return number;
    }

    // ---- tests ----

    @Test
    void tasksRunAndTheirResultsAreReported() throws InterruptedException {
        run(1, StageProgram.encode(mapped(number -> number + 1), COLLECT), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        for (int i = 0; i < 10; i++) {
            ExecutorReport.TaskEnded ended = next(ExecutorReport.TaskEnded.class);
            assertThat(ended.outcome()).isInstanceOf(TaskOutcome.Result.class);
            assertThat(ended.metrics().recordsRead()).isEqualTo(10);
        }
    }

    @Test
    void aKilledTaskEndsWhetherItListensOrNotAndItsCoreWorksAgain() throws InterruptedException {
        enter(2);
        run(1, StageProgram.encode(mapped(ExecutorRuntimeTest::waits), COUNT), 1);
        run(2, StageProgram.encode(mapped(ExecutorRuntimeTest::ignoresInterrupts), COUNT), 2, 3);
        awaitEntered();
        order(kill(true, 1, 2, 3));
        List<TaskOutcome> outcomes = List.of(outcome(), outcome(), outcome());
        assertThat(outcomes).hasOnlyElementsOfType(TaskOutcome.Killed.class);
        assertThat(outcomes).extracting(Object::toString).anyMatch(text -> text.contains("abandoned"));
        run(3, StageProgram.encode(mapped(number -> number), COUNT), 4, 5, 6, 7);
        for (int i = 0; i < 4; i++) {
            assertThat(outcome()).isInstanceOf(TaskOutcome.Result.class);
        }
        leave.countDown();
        run(3, StageProgram.encode(mapped(number -> number), COUNT), 8);
        assertThat(outcome())
                .as("the late end of the abandoned task is not heard")
                .isInstanceOf(TaskOutcome.Result.class);
    }

    @Test
    void aTaskThatWaitsForAnothersBlockEndsByAPlainKill() throws InterruptedException {
        enter(1);
        Lineage<Long> cached = mapped(ExecutorRuntimeTest::waits);
        cached.store(StorageLevel.MEMORY_ONLY);
        StageCode code = StageProgram.encode(cached, COUNT);
        run(1, code, 5);
        awaitEntered();
        run(2, code, 15); // the same partition
        assertThat(Await.until(() -> runs(15), BOUND)).isTrue();
        order(kill(false, 15));
        ExecutorReport.TaskEnded ended = next(ExecutorReport.TaskEnded.class);
        assertThat(ended.task()).isEqualTo(new TaskId(15));
        assertThat(ended.outcome()).isEqualTo(new TaskOutcome.Killed("enough"));
        leave.countDown();
        assertThat(outcome()).isInstanceOf(TaskOutcome.Result.class);
    }

    private boolean runs(long task) {
        return reports.stream()
                .anyMatch(report ->
                        report instanceof ExecutorReport.Heartbeat(var running, _)
                                && running.stream().anyMatch(progress -> progress.task().equals(new TaskId(task))));
    }

    @Test
    void heartbeatsSayHowFarTasksAreAndWhatWaits() throws InterruptedException {
        enter(2);
        run(1, StageProgram.encode(mapped(ExecutorRuntimeTest::waits), COUNT), 1, 2, 3);
        awaitEntered();
        ExecutorReport.Heartbeat beat;
        do {
            beat = next(ExecutorReport.Heartbeat.class);
        } while (beat.running().size() < 2);
        assertThat(beat.running()).allMatch(progress -> progress.recordsRead() == 10 && progress.runNanos() > 0);
        assertThat(beat.queued()).containsExactly(new TaskId(3));
    }

    @Test
    void aDrainedExecutorGivesBackWhatWaitsAndEndsWhatRunsTooLong() throws InterruptedException {
        enter(2);
        run(1, StageProgram.encode(mapped(ExecutorRuntimeTest::waits), COUNT), 1, 2, 3, 4);
        awaitEntered();
        order(new ExecutorOrder.Drain(Duration.ofMillis(20)));
        assertThat(next(ExecutorReport.TasksReturned.class).tasks()).containsExactly(new TaskId(4), new TaskId(3));
        assertThat(outcome()).isInstanceOf(TaskOutcome.Killed.class);
        assertThat(outcome()).isInstanceOf(TaskOutcome.Killed.class);
        next(ExecutorReport.Drained.class);
    }

    @Test
    void codeThatCannotBeReadFailsItsTasksAndNothingElse() throws InterruptedException {
        run(1, new StageCode(new byte[] {1, 2, 3}, true), 1);
        assertThat(outcome()).isInstanceOf(TaskOutcome.Failed.class);
        StageCode whole = StageProgram.encode(mapped(number -> number), COUNT);
        run(2, new StageCode(Arrays.copyOf(whole.bytes(), whole.bytes().length / 2), true), 2);
        assertThat(outcome()).isInstanceOf(TaskOutcome.Failed.class);
        run(3, new StageCode(renamed(whole.bytes()), true), 3);
        assertThat(outcome().toString()).contains("NumberWrong is not known here");
        run(4, whole, 4);
        assertThat(outcome()).isInstanceOf(TaskOutcome.Result.class);
    }

    /** As if it named a class that this executor does not have. */
    private static byte[] renamed(byte[] code) {
        String text = new String(code, StandardCharsets.ISO_8859_1);
        assertThat(text).contains("NumberRange");
        return text.replace("NumberRange", "NumberWrong").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void errorsOfTheVirtualMachineAreOutcomes() throws InterruptedException {
        run(1, StageProgram.encode(mapped(ExecutorRuntimeTest::recurses), COUNT), 1);
        assertThat(outcome().toString()).contains("StackOverflowError");
        run(
                2,
                StageProgram.encode(
                        mapped(_ -> {
                            throw new OutOfMemoryError("artificial");
                        }),
                        COUNT),
                2);
        assertThat(outcome().toString()).contains("OutOfMemoryError");
        run(3, StageProgram.encode(mapped(number -> number), COUNT), 3);
        assertThat(outcome()).isInstanceOf(TaskOutcome.Result.class);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static Long recurses(Long number) {
        return recurses(number + 1) + 1;
    }

    @Test
    void aStoredResultIsServedInOneMessageOrAsAStream() throws InterruptedException, IOException {
        executor.close();
        executor = start(10);
        next(ExecutorReport.Register.class);
        order(new ExecutorOrder.Welcome(BEAT));
        run(1, StageProgram.encode(mapped(number -> "x".repeat(1_000)), COLLECT), 1);
        var stored = (TaskOutcome.StoredResult) outcome();
        byte[] bytes = driver.request(ID.name(), new BlockRequest(stored.block()), BOUND);
        assertThat(bytes).hasSize((int) stored.bytes());
        try (var stream = driver.open(ID.name(), new BlockRequest(stored.block()), BOUND)) {
            assertThat(stream.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(stored.block()).isInstanceOf(BlockId.TaskResult.class);
    }

    @Test
    void aShutdownInterruptsWhatRunsAndTellsWhy() throws InterruptedException {
        enter(2);
        run(1, StageProgram.encode(mapped(ExecutorRuntimeTest::waits), COUNT), 1, 2, 3);
        awaitEntered();
        order(new ExecutorOrder.Shutdown("the application ends"));
        assertThat(ends.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("the application ends");
    }
}

package dev.capstan.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LocalCollection;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.Nodes;
import dev.capstan.engine.lineage.RangePartitioner;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.lineage.Shuffled;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.user.UserCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class TaskRunnerTest {
    private static final Work COUNT = new Work.ResultWork<>(Actions.Count.INSTANCE);
    private static final Work COLLECT = new Work.ResultWork<>(Actions.Collect.INSTANCE);

    private final TaskFixture fixture = TaskFixture.create();

    private static <R> Lineage<R> mapped(Fn<Long, R> function) {
        return new Mapped<>(Nodes.origin("map"), Nodes.range(4, 2), function, null);
    }

    private Failure failureOf(TaskResult result) {
        assertThat(result.outcome()).isInstanceOf(TaskOutcome.Failed.class);
        return ((TaskOutcome.Failed) result.outcome()).failure();
    }

    @Test
    void aResultRidesInTheOutcome() {
        TaskResult result = fixture.run(mapped(number -> number * 10), COLLECT, 1);
        assertThat(fixture.<List<Long>>resultOf(result)).containsExactly(20L, 30L);
        assertThat(result.metrics().recordsRead()).isEqualTo(2);
        assertThat(result.metrics().resultBytes()).isPositive();
    }

    @Test
    void aLargeResultWaitsInTheBlockStore() {
        TaskFixture small = TaskFixture.withInlineLimit(3);
        TaskOutcome outcome = small.run(mapped(number -> number), COLLECT, 0).outcome();
        assertThat(outcome).isInstanceOf(TaskOutcome.StoredResult.class);
        BlockId block = ((TaskOutcome.StoredResult) outcome).block();
        List<Long> stored = small.serializer.deserialize(small.blocks.getBytes(block).orElseThrow(), small.loader);
        assertThat(stored).containsExactly(0L, 1L);
    }

    @Test
    void anExceptionOfTheUserIsToldWithHisFramesFirst() {
        Failure failure = failureOf(fixture.run(mapped(UserCode::fails), COUNT, 0));
        assertThat(failure.type()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failure.message()).isEqualTo("the user's trouble");
        List<String> lines = failure.stack().lines().toList();
        assertThat(lines.get(0)).isEqualTo("java.lang.IllegalStateException: the user's trouble");
        assertThat(lines.get(1)).contains("at ").contains("dev.capstan.user.UserCode.fails(UserCode.java:");
        assertThat(failure.stack())
                .contains("Caused by: java.lang.NumberFormatException: For input string: \"no number\"")
                .doesNotContain("dev.capstan.engine.lineage")
                .doesNotContain("TaskRunner");
        assertThat(lines.size()).isLessThanOrEqualTo(40);
    }

    @Test
    void aFullStackIsExplainedOnOneScreen() {
        Failure failure = failureOf(fixture.run(mapped(UserCode::recursesForEver), COUNT, 0));
        assertThat(failure.type()).isEqualTo("java.lang.StackOverflowError");
        assertThat(failure.message()).contains("a function calls itself without end");
        assertThat(failure.stack().lines().count()).isLessThanOrEqualTo(40);
        assertThat(failure.stack()).contains("UserCode.recursesForEver");
    }

    /** An exception whose methods fail themselves, one at a time. */
    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String method;

        Hostile(String method) {
            this.method = method;
        }

        @Override
        public String getMessage() {
            if (method.equals("getMessage")) {
                throw new AssertionError("no message");
            }
            return "hostile";
        }

        @Override
        public synchronized Throwable getCause() {
            return switch (method) {
                case "getCause" -> throw new AssertionError("no cause");
                case "endless" -> new Hostile("endless");
                default -> new IllegalStateException("the cause");
            };
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            if (method.equals("getStackTrace")) {
                throw new AssertionError("no stack");
            }
            return super.getStackTrace();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"getMessage", "getCause", "getStackTrace", "endless"})
    void anExceptionWhoseOwnMethodsFailIsAFailureLikeAnyOther(String method) {
        Failure failure =
                failureOf(
                        fixture.run(
                                mapped(number -> {
                                    throw new Hostile(method);
                                }),
                                COUNT,
                                0));
        assertThat(failure.type()).isEqualTo(Hostile.class.getName());
        assertThat(failure.stack().lines().count()).isLessThanOrEqualTo(40);
    }

    @Test
    void anErrorForLackOfMemoryFailsTheTaskOnly() {
        Failure failure =
                failureOf(
                        fixture.run(
                                mapped(number -> {
                                    throw new OutOfMemoryError("Java heap space");
                                }),
                                COUNT,
                                0));
        assertThat(failure.message()).startsWith("Java heap space: the task needs more memory than the executor has");
    }

    @Test
    void aResultThatCannotBeSerializedNamesItsClass() {
        PartitionFn<Object, Object> thread = (elements, task) -> Thread.currentThread();
        Failure failure = failureOf(fixture.run(mapped(number -> number), new Work.ResultWork<>(thread), 0));
        assertThat(failure.message()).contains("java.lang.Thread").contains("does not implement java.io.Serializable");
    }

    @Test
    void aTaskThatWasKilledEndsAsKilled() {
        TaskRunner.Attempt before = fixture.attempt(mapped(number -> number), COUNT, 0);
        before.kill("not wanted");
        assertThat(before.run().outcome()).isEqualTo(new TaskOutcome.Killed("not wanted"));

        TaskRunner.Attempt[] during = new TaskRunner.Attempt[1];
        RUNNING.set(during);
        during[0] =
                fixture.attempt(Nodes.range(1L << 60, 1), new Work.ResultWork<Long, Long>(TaskRunnerTest::killSelf), 0);
        assertThat(during[0].run().outcome()).isEqualTo(new TaskOutcome.Killed("enough"));
        assertThat(Thread.interrupted()).isFalse();
    }

    private static final ThreadLocal<TaskRunner.Attempt[]> RUNNING = new ThreadLocal<>();

    @Test
    void aKillWakesWhatTheTaskWaitsFor() {
        TaskRunner.Attempt attempt =
                fixture.attempt(Nodes.range(1, 1), new Work.ResultWork<Long, Long>(TaskRunnerTest::waitsForKill), 0);
        RUNNING.set(new TaskRunner.Attempt[] {attempt});
        assertThat(attempt.run().outcome()).isEqualTo(new TaskOutcome.Killed("enough"));
    }

    private static Long waitsForKill(Iterator<? extends Long> elements, TaskContext task) throws InterruptedException {
        TaskRunner.Attempt attempt = RUNNING.get()[0];
        var woken = new CountDownLatch(2);
        task.onKill(woken::countDown);
        Thread.ofVirtual().start(() -> attempt.kill("enough"));
        while (!task.isInterrupted()) {
            Thread.onSpinWait();
        }
        task.onKill(woken::countDown); // too late to be woken by the one who kills
        woken.await();
        task.checkKilled();
        return 0L;
    }

    private static Long killSelf(Iterator<? extends Long> elements, TaskContext task) {
        RUNNING.get()[0].kill("enough");
        Thread.currentThread().interrupt();
        while (elements.hasNext()) {
            elements.next();
        }
        return 0L;
    }

    @Test
    void completionsRunHoweverTheTaskEnds() {
        COMPLETED.get().clear();
        PartitionFn<Object, Object> failing =
                (elements, task) -> {
                    task.onCompletion(() -> COMPLETED.get().add("first"));
                    task.onCompletion(() -> COMPLETED.get().add("second"));
                    throw new IllegalStateException("after");
                };
        assertThat(failureOf(fixture.run(mapped(n -> n), new Work.ResultWork<>(failing), 0)).message())
                .isEqualTo("after");
        assertThat(COMPLETED.get()).containsExactly("second", "first");
    }

    private static final ThreadLocal<List<String>> COMPLETED = ThreadLocal.withInitial(ArrayList::new);

    // ---- sharing

    static final class Box implements Serializable {
        private static final long serialVersionUID = 1L;
        int uses;
    }

    @Test
    void tasksShareAProgramThatCannotChangeAndOnlyThat() {
        int plain = 3;
        Box box = new Box();
        assertThat(StageProgram.encode(mapped(n -> n + plain), COUNT).shareable()).isTrue();
        assertThat(StageProgram.encode(mapped(n -> n + box.uses++), COUNT).shareable()).isFalse();
        assertThat(StageProgram.encode(Nodes.range(1, 1), COUNT).shareable()).isTrue();
        RangePartitioner<String> ranges =
                RangePartitioner.ofSample(
                        List.of(Pair.of("a", 1.0), Pair.of("b", 1.0)),
                        2,
                        SerializableComparator.natural(),
                        "sortByKey");
        ShuffleDependency<String, Long, Long> sorted =
                new ShuffleDependency<>(mapped(n -> Pair.of("k", n)), SHUFFLE, "", ranges, null, null);
        assertThat(StageProgram.encode(sorted.parent(), new Work.ShuffleMapWork(sorted)).shareable()).isTrue();
    }

    @Test
    void tasksThatDoNotShareHaveAnInstanceEach() {
        Box box = new Box();
        Lineage<Integer> counting = mapped(n -> box.uses++);
        StageCode code = StageProgram.encode(counting, COLLECT);
        InstalledStage stage = new InstalledStage(new StageAttempt(new StageId(0), 0), code, List.of(), fixture.loader);
        for (int i = 0; i < 3; i++) {
            TaskLaunch launch = new TaskLaunch(new TaskId(i), 0, 0, List.of());
            assertThat(fixture.<List<Integer>>resultOf(fixture.runner.run(stage, launch))).containsExactly(0, 1);
        }
    }

    // ---- shuffles

    private static final ShuffleId SHUFFLE = new ShuffleId(5);
    private static final ExecutorId GONE = new ExecutorId("executor-gone");

    private Lineage<Pair<Long, Long>> pairs() {
        return mapped(n -> Pair.of(n, n));
    }

    private ShuffleDependency<Long, Long, Long> dependency(SerializableComparator<Long> order) {
        return new ShuffleDependency<>(
                pairs(), SHUFFLE, "sortByKey at Program.java:9", new HashPartitioner(1), null, order);
    }

    private Lineage<Pair<Long, Long>> written(TaskFixture on, SerializableComparator<Long> order) {
        ShuffleDependency<Long, Long, Long> dependency = dependency(order);
        for (int partition = 0; partition < 2; partition++) {
            TaskResult result = on.run(dependency.parent(), new Work.ShuffleMapWork(dependency), partition);
            assertThat(result.outcome()).isInstanceOf(TaskOutcome.MapOutput.class);
            assertThat(result.metrics().recordsWritten()).isEqualTo(2);
        }
        return new Shuffled<>(Nodes.origin("sortByKey"), dependency);
    }

    private TaskOutcome read(Lineage<?> dataset, ExecutorId... locations) {
        return fixture.with(new ShuffleInputs(SHUFFLE, Arrays.asList(locations))).run(dataset, COUNT, 0).outcome();
    }

    @Test
    void mapOutputsAreRead() {
        Lineage<?> dataset = written(fixture, SerializableComparator.<Long>natural().reversed());
        fixture.with(new ShuffleInputs(SHUFFLE, List.of(TaskFixture.EXECUTOR, TaskFixture.EXECUTOR)));
        TaskResult result = fixture.run(dataset, COLLECT, 0);
        assertThat(fixture.<List<Pair<Long, Long>>>resultOf(result))
                .extracting(Pair::key)
                .containsExactly(3L, 2L, 1L, 0L);
        assertThat(result.metrics().shuffleBytesRead()).isPositive();
        assertThat(result.metrics().recordsRead()).isEqualTo(4);
    }

    @Test
    void anOutputThatNobodyKnowsIsAFetchFailure() {
        assertThat(read(written(fixture, null), TaskFixture.EXECUTOR, null))
                .isEqualTo(new TaskOutcome.FetchFailed(SHUFFLE, 1, null, "nobody knows where the output is"));
    }

    @Test
    void anExecutorThatIsGoneIsAFetchFailure() {
        assertThat(read(written(fixture, null), TaskFixture.EXECUTOR, GONE))
                .isEqualTo(new TaskOutcome.FetchFailed(SHUFFLE, 1, GONE, "executor executor-gone is gone"));
    }

    @Test
    void anOutputThatIsLostIsAFetchFailure() {
        Lineage<?> dataset = written(fixture, null);
        fixture.shuffles.lose(SHUFFLE, 0);
        assertThat(read(dataset, TaskFixture.EXECUTOR, TaskFixture.EXECUTOR))
                .isEqualTo(
                        new TaskOutcome.FetchFailed(
                                SHUFFLE, 0, TaskFixture.EXECUTOR, "executor executor-1 does not have the map output"));
    }

    @Test
    void aFetchFailureThatUserCodeHidesIsStillOne() {
        Lineage<?> dataset = written(fixture, null);
        fixture.shuffles.lose(SHUFFLE, 1);
        PartitionFn<Object, Object> hiding =
                (elements, task) -> {
                    try {
                        elements.next();
                        return 1;
                    } catch (RuntimeException e) {
                        return 0;
                    }
                };
        fixture.with(new ShuffleInputs(SHUFFLE, List.of(TaskFixture.EXECUTOR, TaskFixture.EXECUTOR)));
        assertThat(fixture.run(dataset, new Work.ResultWork<>(hiding), 0).outcome())
                .isInstanceOf(TaskOutcome.FetchFailed.class);
    }

    @Test
    void aDamagedMapOutputIsAFetchFailureThatTellsWhereTheDamageIs() throws IOException {
        TaskFixture onDisk = TaskFixture.withMemory(0);
        try (onDisk.directories) {
            Lineage<?> dataset = written(onDisk, null);
            onDisk.with(new ShuffleInputs(SHUFFLE, List.of(TaskFixture.EXECUTOR, TaskFixture.EXECUTOR)));
            try (Stream<Path> files = Files.list(onDisk.directories.paths().getFirst())) {
                for (Path file : files.filter(name -> name.getFileName().toString().startsWith("data")).toList()) {
                    byte[] bytes = Files.readAllBytes(file);
                    bytes[13] ^= 1; // the first byte behind the header of the first frame
                    Files.write(file, bytes);
                }
            }
            assertThat(onDisk.run(dataset, COUNT, 0).outcome())
                    .isInstanceOfSatisfying(
                            TaskOutcome.FetchFailed.class,
                            failed -> {
                                assertThat(failed.mapPartition()).isZero();
                                assertThat(failed.from()).isEqualTo(TaskFixture.EXECUTOR);
                                assertThat(failed.reason())
                                        .startsWith("damaged frame: map output 0 of " + SHUFFLE + ", slice 0 in ")
                                        .endsWith("at byte 0: its checksum does not match, also when it is read again");
                            });
        }
    }

    @Test
    void aComparatorThatContradictsItselfIsNamedWithItsOperator() {
        SerializableComparator<Long> wrong =
                (left, right) -> left.equals(right) ? 0 : (left * 31 + right) % 3 == 0 ? 1 : -1;
        ShuffleDependency<Long, Long, Long> dependency =
                new ShuffleDependency<>(
                        new Mapped<>(Nodes.origin("map"), Nodes.range(5000, 1), n -> Pair.of(n * 7919 % 5003, n), null),
                        SHUFFLE,
                        "sortByKey at Program.java:9",
                        new HashPartitioner(1),
                        null,
                        wrong);
        fixture.run(dependency.parent(), new Work.ShuffleMapWork(dependency), 0);
        fixture.with(new ShuffleInputs(SHUFFLE, List.of(TaskFixture.EXECUTOR)));
        Failure failure = failureOf(fixture.run(new Shuffled<>(Nodes.origin("sortByKey"), dependency), COUNT, 0));
        assertThat(failure.message())
                .startsWith("sortByKey at Program.java:9: the comparator contradicts itself")
                .contains("Comparison method violates its general contract!");
    }

    @Test
    void aFailedMapTaskLeavesNothing() {
        Lineage<Pair<Long, Long>> failing =
                mapped(n -> {
                    if (n == 1) {
                        throw new IllegalStateException("half way");
                    }
                    return Pair.of(n, n);
                });
        ShuffleDependency<Long, Long, Long> dependency =
                new ShuffleDependency<>(failing, SHUFFLE, "", new HashPartitioner(1), null, null);
        failureOf(fixture.run(failing, new Work.ShuffleMapWork(dependency), 0));
        assertThat(fixture.shuffles.read(SHUFFLE, 0, 0)).isEqualTo(Optional.empty());
    }

    @Test
    void sourceDataTravelsWithTheTask() {
        List<String> words = IntStream.range(0, 10).mapToObj(i -> "w" + i).toList();
        Lineage<String> dataset = LocalCollection.of(Nodes.origin("parallelize"), words, 3, fixture.serializer);
        List<String> back = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            back.addAll(fixture.<List<String>>resultOf(fixture.run(dataset, COLLECT, partition)));
        }
        assertThat(back).isEqualTo(words);
        assertThat(StageProgram.encode(dataset, COLLECT).bytes().length).isLessThan(1000);
    }
}

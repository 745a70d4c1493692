package dev.capstan.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.dag.DagMessage;
import dev.capstan.driver.dag.DagOperation;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.scheduling.SchedulingEvent;
import dev.capstan.driver.scheduling.SchedulingEvent.EndedTask;
import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.AccumulatorId;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.ObjectSize;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.executor.logic.ExecutorOperation;
import dev.capstan.executor.logic.ExecutorSignal;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.FlightRecorder;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What the flight recorder of a loop holds of messages that hold much. */
class FlightRecordTest {
    private static final int MUCH = 1 << 20;
    private static final ExecutorId EXECUTOR = new ExecutorId("e1");
    private static final Address ADDRESS = new Address("e1", "executor");
    private static final StageAttempt STAGE = new StageAttempt(new StageId(1), 0);
    private static final TaskId TASK = new TaskId(1);
    private static final BlockId BLOCK = new BlockId.CachedPartition(new DatasetId(1), 0);
    private static final List<AccumulatorUpdate> ADDITIONS =
            List.of(new AccumulatorUpdate(new AccumulatorId(1), "lines", new byte[MUCH]));
    private static final List<TaskLaunch> LAUNCHES =
            List.of(new TaskLaunch(TASK, 0, 0, List.of(new SourceSlice(new DatasetId(1), 0, new byte[MUCH]))));
    private static final DagOperation.FetchResult FETCH =
            new DagOperation.FetchResult(STAGE, 0, EXECUTOR, BLOCK, MUCH, ADDITIONS);

    static Stream<TaskOutcome> outcomes() {
        return Stream.of(
                new TaskOutcome.Result(new byte[MUCH]),
                new TaskOutcome.Result(new byte[1], ADDITIONS),
                new TaskOutcome.MapOutput(1, ADDITIONS),
                new TaskOutcome.StoredResult(BLOCK, MUCH, ADDITIONS),
                new TaskOutcome.Failed(new Failure("MyException", "x".repeat(MUCH), "")));
    }

    static Stream<Message> messages() {
        return Stream.concat(
                outcomes()
                        .flatMap(outcome ->
                                Stream.of(
                                        new ExecutorSignal.TaskDone(TASK, outcome, TaskMetrics.NONE),
                                        reports(new ExecutorReport.TaskEnded(TASK, outcome, TaskMetrics.NONE)),
                                        new SchedulingEvent.TasksEnded(
                                                List.of(
                                                        new EndedTask(
                                                                STAGE,
                                                                0,
                                                                TASK,
                                                                EXECUTOR,
                                                                "host",
                                                                outcome,
                                                                TaskMetrics.NONE,
                                                                false))))),
                Stream.of(
                        orders(
                                new ExecutorOrder.InstallStage(
                                        STAGE, new StageCode(new byte[MUCH], true), List.of(), Resources.cpus(1))),
                        orders(new ExecutorOrder.RunTasks(STAGE, LAUNCHES)),
                        new JobEvent.PartitionResult(new JobId(1), 0, new byte[MUCH]),
                        new JobEvent.AccumulatorsUpdated(new StageId(1), 0, ADDITIONS),
                        new DagMessage.ResultFetched(FETCH, new byte[MUCH], "")));
    }

    private static ExecutorReports reports(ExecutorReport report) {
        return new ExecutorReports(new Epoch(1), EXECUTOR, ADDRESS, 1, 0, List.of(report));
    }

    private static ExecutorOrders orders(ExecutorOrder order) {
        return new ExecutorOrders(new Epoch(1), EXECUTOR, List.of(order));
    }

    static Stream<Operation> operations() {
        return Stream.of(
                new ExecutorOperation.Install(
                        new ExecutorOrder.InstallStage(
                                STAGE, new StageCode(new byte[MUCH], true), List.of(), Resources.cpus(1))),
                new ExecutorOperation.Enqueue(STAGE, LAUNCHES),
                FETCH);
    }

    private final FlightRecorder recorder = new FlightRecorder(8);

    @ParameterizedTest
    @MethodSource("messages")
    void littleIsHeldOfMessagesThatHoldMuch(Message message) {
        assertThat(ObjectSize.of(message)).isGreaterThanOrEqualTo(MUCH);
        recorder.message(0, ADDRESS, message);
        recorder.effect(0, ADDRESS, new Effect.Send(ADDRESS, message));
        recorder.effect(0, ADDRESS, new Effect.Arm("later", Duration.ofSeconds(1), message));
        littleIsHeldAndTold();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void littleIsHeldOfOperationsThatHoldMuch(Operation operation) {
        assertThat(ObjectSize.of(operation)).isGreaterThanOrEqualTo(MUCH);
        recorder.effect(0, ADDRESS, new Effect.Perform(operation));
        littleIsHeldAndTold();
    }

    private void littleIsHeldAndTold() {
        assertThat(ObjectSize.of(recorder)).isBetween(100L, 16L << 10);
        assertThat(recorder.dump()).allSatisfy(line -> assertThat(line).contains("["));
    }
}

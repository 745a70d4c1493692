package dev.capstan.engine.protocol.wire;

import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.AccumulatorId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;

import java.util.List;

/** Reports, as the driver hears them. */
final class ReportsReading {
    private ReportsReading() {}

    static ExecutorReports of(ExecutorProto.Reports reports) {
        return new ExecutorReports(
                new Epoch(reports.getEpoch()),
                new ExecutorId(reports.getExecutor()),
                new Address(reports.getReplyNode(), reports.getReplyActor()),
                reports.getSequence(),
                reports.getOrdersTaken(),
                reports.getReportsList().stream().map(ReportsReading::of).toList());
    }

    private static ExecutorReport of(ExecutorProto.Report report) {
        return switch (report.getKindCase()) {
            case REGISTER ->
                    new ExecutorReport.Register(
                            new LeaseId(report.getRegister().getLease()),
                            report.getRegister().getHost(),
                            Values.resources(report.getRegister().getResources()));
            case TASK_ENDED ->
                    new ExecutorReport.TaskEnded(
                            new TaskId(report.getTaskEnded().getTask()),
                            of(report.getTaskEnded().getOutcome()),
                            metrics(report.getTaskEnded().getMetricsList()));
            case TASKS_RETURNED ->
                    new ExecutorReport.TasksReturned(Values.tasks(report.getTasksReturned().getTasksList()));
            case STAGE_MISSING ->
                    new ExecutorReport.StageMissing(
                            Values.stage(report.getStageMissing().getStage()),
                            Values.tasks(report.getStageMissing().getTasksList()));
            case BLOCKS_CHANGED -> of(report.getBlocksChanged());
            case HEARTBEAT ->
                    new ExecutorReport.Heartbeat(
                            report.getHeartbeat().getRunningList().stream().map(ReportsReading::of).toList(),
                            Values.tasks(report.getHeartbeat().getQueuedList()));
            case DRAINED -> new ExecutorReport.Drained();
            case ENDING_REASON -> new ExecutorReport.Ending(report.getEndingReason());
            case COPY_FAILED ->
                    new ExecutorReport.CopyFailed(
                            Values.cachedPartition(report.getCopyFailed().getBlock()),
                            report.getCopyFailed().getReason());
            case KIND_NOT_SET -> throw Values.unknown("report");
        };
    }

    private static TaskOutcome of(ExecutorProto.Outcome outcome) {
        List<AccumulatorUpdate> updates = outcome.getUpdatesList().stream().map(ReportsReading::of).toList();
        return switch (outcome.getKindCase()) {
            case RESULT -> new TaskOutcome.Result(outcome.getResult().toByteArray(), updates);
            case STORED_RESULT ->
                    new TaskOutcome.StoredResult(
                            Values.block(outcome.getStoredResult().getBlock()),
                            outcome.getStoredResult().getBytes(),
                            updates);
            case MAP_OUTPUT_BYTES -> new TaskOutcome.MapOutput(outcome.getMapOutputBytes(), updates);
            case FAILED -> new TaskOutcome.Failed(of(outcome.getFailed()));
            case FETCH_FAILED -> of(outcome.getFetchFailed());
            case KILLED_REASON -> new TaskOutcome.Killed(outcome.getKilledReason());
            case KIND_NOT_SET -> throw Values.unknown("outcome");
        };
    }

    private static AccumulatorUpdate of(ExecutorProto.AccumulatorUpdate update) {
        return new AccumulatorUpdate(
                new AccumulatorId(update.getAccumulator()), update.getName(), update.getState().toByteArray());
    }

    private static Failure of(ExecutorProto.Outcome.Failure failure) {
        return new Failure(failure.getType(), failure.getMessage(), failure.getStack(), failure.getPermanent());
    }

    private static TaskOutcome.FetchFailed of(ExecutorProto.Outcome.FetchFailed failed) {
        return new TaskOutcome.FetchFailed(
                new ShuffleId(failed.getShuffle()),
                failed.getMapPartition(),
                failed.hasFrom() ? new ExecutorId(failed.getFrom()) : null,
                failed.getReason());
    }

    private static TaskMetrics metrics(List<Long> numbers) {
        return numbers.isEmpty()
                ? TaskMetrics.NONE
                : new TaskMetrics(
                        numbers.get(0),
                        numbers.get(1),
                        numbers.get(2),
                        numbers.get(3),
                        numbers.get(4),
                        numbers.get(5),
                        numbers.get(6),
                        numbers.get(7),
                        numbers.get(8),
                        numbers.get(9),
                        numbers.get(10));
    }

    private static ExecutorReport.BlocksChanged of(ExecutorProto.BlocksChanged changed) {
        return new ExecutorReport.BlocksChanged(
                changed.getKeptList().stream().map(ReportsReading::of).toList(),
                changed.getRemovedList().stream().map(Values::block).toList());
    }

    private static KeptBlock of(ExecutorProto.KeptBlock kept) {
        return new KeptBlock(
                Values.block(kept.getBlock()),
                kept.getMemoryBytes(),
                kept.getDiskBytes(),
                Values.level(kept.getLevel()));
    }

    private static ExecutorReport.TaskProgress of(ExecutorProto.TaskProgress progress) {
        return new ExecutorReport.TaskProgress(
                new TaskId(progress.getTask()), progress.getRunNanos(), progress.getRecordsRead());
    }
}

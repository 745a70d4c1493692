package dev.capstan.engine.protocol.wire;

import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;

import java.util.List;

/** Reports, on their way to the driver. */
final class ReportsWriting {
    private ReportsWriting() {}

    static ExecutorProto.Reports of(ExecutorReports reports) {
        var form =
                ExecutorProto.Reports.newBuilder()
                        .setEpoch(reports.epoch().number())
                        .setExecutor(reports.executor().name())
                        .setReplyNode(reports.replyTo().node())
                        .setReplyActor(reports.replyTo().actor())
                        .setSequence(reports.sequence())
                        .setOrdersTaken(reports.ordersTaken());
        for (ExecutorReport report : reports.reports()) {
            form.addReports(of(report));
        }
        return form.build();
    }

    private static ExecutorProto.Report of(ExecutorReport report) {
        var form = ExecutorProto.Report.newBuilder();
        return switch (report) {
            case ExecutorReport.Register(var lease, var host, var resources) ->
                    form.setRegister(
                                    ExecutorProto.Register.newBuilder()
                                            .setLease(lease.name())
                                            .setHost(host)
                                            .setResources(Values.of(resources)))
                            .build();
            case ExecutorReport.TaskEnded(var task, var outcome, var metrics) ->
                    form.setTaskEnded(
                                    ExecutorProto.TaskEnded.newBuilder()
                                            .setTask(task.number())
                                            .setOutcome(of(outcome))
                                            .addAllMetrics(numbers(metrics)))
                            .build();
            case ExecutorReport.TasksReturned(var tasks) ->
                    form.setTasksReturned(ExecutorProto.TasksReturned.newBuilder().addAllTasks(Values.numbers(tasks)))
                            .build();
            case ExecutorReport.StageMissing(var stage, var tasks) ->
                    form.setStageMissing(
                                    ExecutorProto.StageMissing.newBuilder()
                                            .setStage(Values.of(stage))
                                            .addAllTasks(Values.numbers(tasks)))
                            .build();
            case ExecutorReport.BlocksChanged changed -> form.setBlocksChanged(of(changed)).build();
            case ExecutorReport.CopyFailed(var block, var reason) ->
                    form.setCopyFailed(
                                    ExecutorProto.CopyFailed.newBuilder().setBlock(Values.of(block)).setReason(reason))
                            .build();
            case ExecutorReport.Heartbeat heartbeat -> form.setHeartbeat(of(heartbeat)).build();
            case ExecutorReport.Drained() -> form.setDrained(ExecutorProto.Drained.getDefaultInstance()).build();
            case ExecutorReport.Ending(var reason) -> form.setEndingReason(reason).build();
        };
    }

    private static ExecutorProto.Outcome of(TaskOutcome outcome) {
        var form = ExecutorProto.Outcome.newBuilder();
        if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            for (AccumulatorUpdate update : succeeded.updates()) {
                form.addUpdates(
                        ExecutorProto.AccumulatorUpdate.newBuilder()
                                .setAccumulator(update.id().number())
                                .setName(update.name())
                                .setState(Values.bytes(update.state())));
            }
        }
        return switch (outcome) {
            case TaskOutcome.Result(var bytes, _) -> form.setResult(Values.bytes(bytes)).build();
            case TaskOutcome.StoredResult(var block, var bytes, _) ->
                    form.setStoredResult(
                                    ExecutorProto.Outcome.StoredResult.newBuilder()
                                            .setBlock(Values.of(block))
                                            .setBytes(bytes))
                            .build();
            case TaskOutcome.MapOutput(var bytes, _) -> form.setMapOutputBytes(bytes).build();
            case TaskOutcome.Failed(Failure(var type, var message, var stack, var permanent)) ->
                    form.setFailed(
                                    ExecutorProto.Outcome.Failure.newBuilder()
                                            .setType(type)
                                            .setMessage(message)
                                            .setStack(stack)
                                            .setPermanent(permanent))
                            .build();
            case TaskOutcome.FetchFailed(var shuffle, var mapPartition, var from, var reason) -> {
                var failed =
                        ExecutorProto.Outcome.FetchFailed.newBuilder()
                                .setShuffle(shuffle.number())
                                .setMapPartition(mapPartition)
                                .setReason(reason);
                if (from != null) {
                    failed.setFrom(from.name());
                }
                yield form.setFetchFailed(failed).build();
            }
            case TaskOutcome.Killed(var reason) -> form.setKilledReason(reason).build();
            case TaskOutcome.ExecutorLost _ ->
                    throw new IllegalArgumentException("no executor tells that it is lost: " + outcome);
        };
    }

    private static List<Long> numbers(TaskMetrics metrics) {
        return metrics.equals(TaskMetrics.NONE)
                ? List.of()
                : List.of(
                        metrics.queuedNanos(),
                        metrics.decodeNanos(),
                        metrics.runNanos(),
                        metrics.resultBytes(),
                        metrics.recordsRead(),
                        metrics.recordsWritten(),
                        metrics.shuffleBytesRead(),
                        metrics.shuffleBytesWritten(),
                        metrics.memorySpilledBytes(),
                        metrics.diskSpilledBytes(),
                        metrics.peakMemoryBytes());
    }

    private static ExecutorProto.BlocksChanged of(ExecutorReport.BlocksChanged changed) {
        var form = ExecutorProto.BlocksChanged.newBuilder();
        for (KeptBlock kept : changed.kept()) {
            form.addKept(
                    ExecutorProto.KeptBlock.newBuilder()
                            .setBlock(Values.of(kept.block()))
                            .setMemoryBytes(kept.memoryBytes())
                            .setDiskBytes(kept.diskBytes())
                            .setLevel(kept.level().name()));
        }
        for (BlockId removed : changed.removed()) {
            form.addRemoved(Values.of(removed));
        }
        return form.build();
    }

    private static ExecutorProto.Heartbeat of(ExecutorReport.Heartbeat heartbeat) {
        var form = ExecutorProto.Heartbeat.newBuilder().addAllQueued(Values.numbers(heartbeat.queued()));
        for (ExecutorReport.TaskProgress progress : heartbeat.running()) {
            form.addRunning(
                    ExecutorProto.TaskProgress.newBuilder()
                            .setTask(progress.task().number())
                            .setRunNanos(progress.runNanos())
                            .setRecordsRead(progress.recordsRead()));
        }
        return form.build();
    }
}

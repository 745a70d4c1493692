package dev.capstan.engine.protocol.wire;

import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Orders, as an executor hears them. */
final class OrdersReading {
    private OrdersReading() {}

    static ExecutorOrders of(ExecutorProto.Orders orders) {
        return new ExecutorOrders(
                new Epoch(orders.getEpoch()),
                new ExecutorId(orders.getExecutor()),
                orders.getOrdersList().stream().map(OrdersReading::of).toList());
    }

    private static ExecutorOrder of(ExecutorProto.Order form) {
        ExecutorOrder order = once(form);
        return form.getNumber() == 0 ? order : new ExecutorOrder.Lasting(form.getNumber(), order);
    }

    private static ExecutorOrder once(ExecutorProto.Order order) {
        return switch (order.getKindCase()) {
            case WELCOME -> new ExecutorOrder.Welcome(Duration.ofNanos(order.getWelcome().getHeartbeatNanos()));
            case REFUSE_REASON -> new ExecutorOrder.Refuse(order.getRefuseReason());
            case INSTALL_STAGE -> of(order.getInstallStage());
            case RUN_TASKS -> of(order.getRunTasks());
            case KILL_TASKS ->
                    new ExecutorOrder.KillTasks(
                            Values.tasks(order.getKillTasks().getTasksList()),
                            order.getKillTasks().getInterrupt(),
                            order.getKillTasks().getReason());
            case RETURN_TASKS ->
                    new ExecutorOrder.ReturnTasks(
                            Values.stage(order.getReturnTasks().getStage()), order.getReturnTasks().getMost());
            case FORGET_STAGE -> new ExecutorOrder.ForgetStage(Values.stage(order.getForgetStage()));
            case FORGET_SHUFFLE -> new ExecutorOrder.ForgetShuffle(new ShuffleId(order.getForgetShuffle()));
            case FORGET_DATASET -> new ExecutorOrder.ForgetDataset(new DatasetId(order.getForgetDataset()));
            case FORGET_BROADCAST -> new ExecutorOrder.ForgetBroadcast(new BroadcastId(order.getForgetBroadcast()));
            case FORGET_BLOCK -> new ExecutorOrder.ForgetBlock(Values.block(order.getForgetBlock()));
            case REPORTS_TAKEN -> new ExecutorOrder.ReportsTaken(order.getReportsTaken());
            case DRAIN_GRACE_NANOS -> new ExecutorOrder.Drain(Duration.ofNanos(order.getDrainGraceNanos()));
            case SHUTDOWN_REASON -> new ExecutorOrder.Shutdown(order.getShutdownReason());
            case COPY_BLOCK ->
                    new ExecutorOrder.CopyBlock(
                            Values.cachedPartition(order.getCopyBlock().getBlock()),
                            Values.level(order.getCopyBlock().getLevel()),
                            new ExecutorId(order.getCopyBlock().getFrom()));
            case KIND_NOT_SET -> throw Values.unknown("order");
        };
    }

    private static ExecutorOrder.InstallStage of(ExecutorProto.InstallStage install) {
        return new ExecutorOrder.InstallStage(
                Values.stage(install.getStage()),
                new StageCode(install.getCode().toByteArray(), install.getShareable()),
                install.getInputsList().stream().map(OrdersReading::of).toList(),
                Values.resources(install.getPerTask()));
    }

    private static ShuffleInputs of(ExecutorProto.ShuffleInputs inputs) {
        List<ExecutorId> executors = inputs.getExecutorsList().stream().map(ExecutorId::new).toList();
        List<@Nullable ExecutorId> locations = new ArrayList<>(inputs.getLocationsCount());
        for (int place : inputs.getLocationsList()) {
            locations.add(place == 0 ? null : executors.get(place - 1));
        }
        return new ShuffleInputs(new ShuffleId(inputs.getShuffle()), locations);
    }

    private static ExecutorOrder.RunTasks of(ExecutorProto.RunTasks run) {
        List<TaskLaunch> tasks = new ArrayList<>(run.getTasksCount());
        for (ExecutorProto.TaskLaunch task : run.getTasksList()) {
            tasks.add(
                    new TaskLaunch(
                            new TaskId(task.getTask()),
                            task.getPartition(),
                            task.getAttempt(),
                            task.getSlicesList().stream().map(OrdersReading::of).toList()));
        }
        return new ExecutorOrder.RunTasks(Values.stage(run.getStage()), tasks);
    }

    private static SourceSlice of(ExecutorProto.SourceSlice slice) {
        return new SourceSlice(new DatasetId(slice.getDataset()), slice.getPartition(), slice.getBytes().toByteArray());
    }
}

package dev.capstan.engine.protocol.wire;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskLaunch;

import java.util.LinkedHashMap;
import java.util.Map;

/** Orders, on their way to an executor. */
final class OrdersWriting {
    private OrdersWriting() {}

    static ExecutorProto.Orders of(ExecutorOrders orders) {
        var form =
                ExecutorProto.Orders.newBuilder()
                        .setEpoch(orders.epoch().number())
                        .setExecutor(orders.executor().name());
        for (ExecutorOrder order : orders.orders()) {
            form.addOrders(of(order));
        }
        return form.build();
    }

    private static ExecutorProto.Order of(ExecutorOrder order) {
        var form = ExecutorProto.Order.newBuilder();
        return switch (order) {
            case ExecutorOrder.Welcome(var interval) ->
                    form.setWelcome(ExecutorProto.Welcome.newBuilder().setHeartbeatNanos(interval.toNanos())).build();
            case ExecutorOrder.Refuse(var reason) -> form.setRefuseReason(reason).build();
            case ExecutorOrder.InstallStage install -> form.setInstallStage(of(install)).build();
            case ExecutorOrder.RunTasks run -> form.setRunTasks(of(run)).build();
            case ExecutorOrder.KillTasks(var tasks, var interrupt, var reason) ->
                    form.setKillTasks(
                                    ExecutorProto.KillTasks.newBuilder()
                                            .addAllTasks(Values.numbers(tasks))
                                            .setInterrupt(interrupt)
                                            .setReason(reason))
                            .build();
            case ExecutorOrder.ReturnTasks(var stage, var most) ->
                    form.setReturnTasks(ExecutorProto.ReturnTasks.newBuilder().setStage(Values.of(stage)).setMost(most))
                            .build();
            case ExecutorOrder.ForgetStage(var stage) -> form.setForgetStage(Values.of(stage)).build();
            case ExecutorOrder.ForgetShuffle(var shuffle) -> form.setForgetShuffle(shuffle.number()).build();
            case ExecutorOrder.ForgetDataset(var dataset) -> form.setForgetDataset(dataset.number()).build();
            case ExecutorOrder.ForgetBroadcast(var broadcast) -> form.setForgetBroadcast(broadcast.number()).build();
            case ExecutorOrder.ForgetBlock(var block) -> form.setForgetBlock(Values.of(block)).build();
            case ExecutorOrder.CopyBlock(var block, var level, var from) ->
                    form.setCopyBlock(
                                    ExecutorProto.CopyBlock.newBuilder()
                                            .setBlock(Values.of(block))
                                            .setLevel(level.name())
                                            .setFrom(from.name()))
                            .build();
            case ExecutorOrder.Lasting(var number, var lasting) -> of(lasting).toBuilder().setNumber(number).build();
            case ExecutorOrder.ReportsTaken(var sequence) -> form.setReportsTaken(sequence).build();
            case ExecutorOrder.Drain(var grace) -> form.setDrainGraceNanos(grace.toNanos()).build();
            case ExecutorOrder.Shutdown(var reason) -> form.setShutdownReason(reason).build();
        };
    }

    private static ExecutorProto.InstallStage of(ExecutorOrder.InstallStage install) {
        var form =
                ExecutorProto.InstallStage.newBuilder()
                        .setStage(Values.of(install.stage()))
                        .setCode(Values.bytes(install.code().bytes()))
                        .setShareable(install.code().shareable())
                        .setPerTask(Values.of(install.perTask()));
        for (ShuffleInputs inputs : install.inputs()) {
            form.addInputs(of(inputs));
        }
        return form.build();
    }

    private static ExecutorProto.ShuffleInputs of(ShuffleInputs inputs) {
        var form = ExecutorProto.ShuffleInputs.newBuilder().setShuffle(inputs.shuffle().number());
        Map<ExecutorId, Integer> places = new LinkedHashMap<>();
        for (ExecutorId location : inputs.locations()) {
            form.addLocations(location == null ? 0 : places.computeIfAbsent(location, _ -> places.size() + 1));
        }
        places.keySet().forEach(executor -> form.addExecutors(executor.name()));
        return form.build();
    }

    private static ExecutorProto.RunTasks of(ExecutorOrder.RunTasks run) {
        var form = ExecutorProto.RunTasks.newBuilder().setStage(Values.of(run.stage()));
        for (TaskLaunch task : run.tasks()) {
            var launch =
                    ExecutorProto.TaskLaunch.newBuilder()
                            .setTask(task.id().number())
                            .setPartition(task.partition())
                            .setAttempt(task.attempt());
            for (SourceSlice slice : task.slices()) {
                launch.addSlices(
                        ExecutorProto.SourceSlice.newBuilder()
                                .setDataset(slice.dataset().number())
                                .setPartition(slice.partition())
                                .setBytes(Values.bytes(slice.bytes())));
            }
            form.addTasks(launch);
        }
        return form.build();
    }
}

package dev.capstan.engine.protocol.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.resource.Resources;

import java.util.ArrayList;
import java.util.List;

/** Ids and other small values, both ways. */
final class Values {
    private Values() {}

    static ExecutorProto.StageAttempt of(StageAttempt stage) {
        return ExecutorProto.StageAttempt.newBuilder()
                .setStage(stage.stage().number())
                .setAttempt(stage.attempt())
                .build();
    }

    static StageAttempt stage(ExecutorProto.StageAttempt stage) {
        return new StageAttempt(new StageId(stage.getStage()), stage.getAttempt());
    }

    static ExecutorProto.Resources of(Resources resources) {
        return ExecutorProto.Resources.newBuilder()
                .setMilliCpus(resources.milliCpus())
                .setMemoryBytes(resources.memoryBytes())
                .putAllMilliNamed(resources.named())
                .build();
    }

    static Resources resources(ExecutorProto.Resources resources) {
        return new Resources(resources.getMilliCpus(), resources.getMemoryBytes(), resources.getMilliNamedMap());
    }

    static ExecutorProto.BlockId of(BlockId block) {
        var form = ExecutorProto.BlockId.newBuilder();
        return switch (block) {
            case BlockId.CachedPartition(var dataset, var partition) ->
                    form.setCachedPartition(
                                    ExecutorProto.BlockId.CachedPartition.newBuilder()
                                            .setDataset(dataset.number())
                                            .setPartition(partition))
                            .build();
            case BlockId.TaskResult(var task) -> form.setTaskResult(task).build();
            case BlockId.BroadcastPiece(var broadcast, var piece) ->
                    form.setBroadcastPiece(
                                    ExecutorProto.BlockId.BroadcastPiece.newBuilder()
                                            .setBroadcast(broadcast.number())
                                            .setPiece(piece))
                            .build();
        };
    }

    static BlockId block(ExecutorProto.BlockId block) {
        return switch (block.getKindCase()) {
            case CACHED_PARTITION ->
                    new BlockId.CachedPartition(
                            new DatasetId(block.getCachedPartition().getDataset()),
                            block.getCachedPartition().getPartition());
            case TASK_RESULT -> new BlockId.TaskResult(block.getTaskResult());
            case BROADCAST_PIECE ->
                    new BlockId.BroadcastPiece(
                            new BroadcastId(block.getBroadcastPiece().getBroadcast()),
                            block.getBroadcastPiece().getPiece());
            case KIND_NOT_SET -> throw unknown("block");
        };
    }

    static BlockId.CachedPartition cachedPartition(ExecutorProto.BlockId block) {
        if (block(block) instanceof BlockId.CachedPartition partition) {
            return partition;
        }
        throw unknown("block");
    }

    static Iterable<String> names(List<ExecutorId> executors) {
        return () -> executors.stream().map(ExecutorId::name).iterator();
    }

    static List<ExecutorId> executors(List<String> names) {
        return names.stream().map(ExecutorId::new).toList();
    }

    static StorageLevel level(String name) {
        for (StorageLevel level : StorageLevel.values()) {
            if (level.name().equals(name)) {
                return level;
            }
        }
        throw unknown("storage level");
    }

    static Iterable<Long> numbers(List<TaskId> tasks) {
        return () -> tasks.stream().map(TaskId::number).iterator();
    }

    static List<TaskId> tasks(List<Long> numbers) {
        List<TaskId> tasks = new ArrayList<>(numbers.size());
        numbers.forEach(number -> tasks.add(new TaskId(number)));
        return tasks;
    }

    /** Without a copy: messages are values, and nobody writes into their arrays. */
    static ByteString bytes(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("a " + what + " of a kind that is not known here");
    }
}

package dev.capstan.engine.protocol.wire;

import dev.capstan.engine.broadcast.PieceRequest;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.engine.protocol.BlockRequest;
import dev.capstan.engine.protocol.FileRequest;
import dev.capstan.engine.protocol.HoldersRequest;
import dev.capstan.engine.shuffle.FrameCheck;
import dev.capstan.engine.shuffle.ShuffleRequest;
import dev.capstan.engine.task.BarrierCall;

import java.time.Duration;
import java.util.HexFormat;

/** Requests for bytes, both ways. */
final class Requests {
    private Requests() {}

    static ExecutorProto.BarrierRequest of(BarrierRequest request) {
        BarrierCall call = request.call();
        return ExecutorProto.BarrierRequest.newBuilder()
                .setStage(Values.of(call.stage()))
                .setTask(call.task().number())
                .setCall(call.number())
                .setGathers(call.kind() == BarrierCall.Kind.ALL_GATHER)
                .setMessage(Values.bytes(call.message()))
                .setPatienceNanos(request.patience().toNanos())
                .build();
    }

    static BarrierRequest barrier(ExecutorProto.BarrierRequest request) {
        return new BarrierRequest(
                new BarrierCall(
                        Values.stage(request.getStage()),
                        new TaskId(request.getTask()),
                        request.getCall(),
                        request.getGathers() ? BarrierCall.Kind.ALL_GATHER : BarrierCall.Kind.BARRIER,
                        request.getMessage().toByteArray()),
                Duration.ofNanos(request.getPatienceNanos()));
    }

    static ExecutorProto.BlockRequest of(BlockRequest request) {
        return ExecutorProto.BlockRequest.newBuilder().setBlock(Values.of(request.block())).build();
    }

    static BlockRequest block(ExecutorProto.BlockRequest request) {
        return new BlockRequest(Values.block(request.getBlock()));
    }

    static ExecutorProto.HoldersRequest of(HoldersRequest request) {
        return ExecutorProto.HoldersRequest.newBuilder().setBlock(Values.of(request.block())).build();
    }

    static HoldersRequest holders(ExecutorProto.HoldersRequest request) {
        return new HoldersRequest(Values.cachedPartition(request.getBlock()));
    }

    static ExecutorProto.PieceRequest of(PieceRequest request) {
        return ExecutorProto.PieceRequest.newBuilder()
                .setBroadcast(request.broadcast().number())
                .setBy(request.by().name())
                .addAllHeld(request.held())
                .addAllFailed(Values.names(request.failed()))
                .build();
    }

    static PieceRequest piece(ExecutorProto.PieceRequest request) {
        return new PieceRequest(
                new BroadcastId(request.getBroadcast()),
                new ExecutorId(request.getBy()),
                request.getHeldList(),
                Values.executors(request.getFailedList()));
    }

    static ExecutorProto.FileRequest of(FileRequest request) {
        return ExecutorProto.FileRequest.newBuilder()
                .setSha256(Values.bytes(HexFormat.of().parseHex(request.sha256())))
                .build();
    }

    static FileRequest file(ExecutorProto.FileRequest request) {
        return new FileRequest(HexFormat.of().formatHex(request.getSha256().toByteArray()));
    }

    static ExecutorProto.ShuffleRequest of(ShuffleRequest request) {
        return ExecutorProto.ShuffleRequest.newBuilder()
                .setShuffle(request.shuffle().number())
                .addAllMapPartitions(request.mapPartitions())
                .setFirstSlice(request.firstSlice())
                .setEndSlice(request.endSlice())
                .setSkippedFrames(request.skippedFrames())
                .build();
    }

    static ShuffleRequest shuffle(ExecutorProto.ShuffleRequest request) {
        return new ShuffleRequest(
                new ShuffleId(request.getShuffle()),
                request.getMapPartitionsList(),
                request.getFirstSlice(),
                request.getEndSlice(),
                request.getSkippedFrames());
    }

    static ExecutorProto.FrameCheck of(FrameCheck check) {
        return ExecutorProto.FrameCheck.newBuilder()
                .setShuffle(check.shuffle().number())
                .setMapPartition(check.mapPartition())
                .setFirstSlice(check.firstSlice())
                .setEndSlice(check.endSlice())
                .setOutput(check.output())
                .setFrame(check.frame())
                .build();
    }

    static FrameCheck check(ExecutorProto.FrameCheck check) {
        return new FrameCheck(
                new ShuffleId(check.getShuffle()),
                check.getMapPartition(),
                check.getFirstSlice(),
                check.getEndSlice(),
                check.getOutput(),
                check.getFrame());
    }
}

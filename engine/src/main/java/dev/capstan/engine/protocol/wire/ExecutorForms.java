package dev.capstan.engine.protocol.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;

import dev.capstan.engine.broadcast.PieceRequest;
import dev.capstan.engine.protocol.ApplicationRequest;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.engine.protocol.BlockRequest;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.protocol.FileRequest;
import dev.capstan.engine.protocol.HoldersRequest;
import dev.capstan.engine.shuffle.FrameCheck;
import dev.capstan.engine.shuffle.ShuffleRequest;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.WireForm;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/** The forms of all messages between driver and executors. */
public final class ExecutorForms {
    public static final List<WireForm<?>> ALL =
            List.of(
                    form(1, ExecutorOrders.class, OrdersWriting::of, ExecutorProto.Orders.parser(), OrdersReading::of),
                    form(
                            2,
                            ExecutorReports.class,
                            ReportsWriting::of,
                            ExecutorProto.Reports.parser(),
                            ReportsReading::of),
                    form(
                            3,
                            BarrierRequest.class,
                            Requests::of,
                            ExecutorProto.BarrierRequest.parser(),
                            Requests::barrier),
                    form(4, BlockRequest.class, Requests::of, ExecutorProto.BlockRequest.parser(), Requests::block),
                    form(
                            5,
                            ApplicationRequest.class,
                            _ -> ExecutorProto.ApplicationRequest.getDefaultInstance(),
                            ExecutorProto.ApplicationRequest.parser(),
                            _ -> new ApplicationRequest()),
                    form(6, FileRequest.class, Requests::of, ExecutorProto.FileRequest.parser(), Requests::file),
                    form(
                            7,
                            ShuffleRequest.class,
                            Requests::of,
                            ExecutorProto.ShuffleRequest.parser(),
                            Requests::shuffle),
                    form(8, FrameCheck.class, Requests::of, ExecutorProto.FrameCheck.parser(), Requests::check),
                    form(
                            9,
                            HoldersRequest.class,
                            Requests::of,
                            ExecutorProto.HoldersRequest.parser(),
                            Requests::holders),
                    form(10, PieceRequest.class, Requests::of, ExecutorProto.PieceRequest.parser(), Requests::piece));

    private ExecutorForms() {}

    private static <M extends Message, P extends MessageLite> WireForm<M> form(
            int tag, Class<M> type, Function<M, P> write, Parser<P> parser, Function<P, M> read) {
        return new WireForm<>() {
            @Override
            public int tag() {
                return tag;
            }

            @Override
            public Class<M> type() {
                return type;
            }

            @Override
            public byte[] encode(M message) {
                return write.apply(message).toByteArray();
            }

            @Override
            public M decode(ByteBuffer bytes) throws InvalidProtocolBufferException {
                return read.apply(parser.parseFrom(bytes));
            }
        };
    }
}

package dev.capstan.engine.protocol.wire;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.capstan.engine.id.ExecutorId;

import java.util.List;

/** Names of executors as the answer to a request, both ways. */
public final class Holders {
    private Holders() {}

    public static byte[] toBytes(List<ExecutorId> holders) {
        return ExecutorProto.Holders.newBuilder().addAllExecutors(Values.names(holders)).build().toByteArray();
    }

    /**
     * @throws InvalidProtocolBufferException when these are not the bytes of names
     */
    public static List<ExecutorId> fromBytes(byte[] bytes) throws InvalidProtocolBufferException {
        return Values.executors(ExecutorProto.Holders.parseFrom(bytes).getExecutorsList());
    }
}

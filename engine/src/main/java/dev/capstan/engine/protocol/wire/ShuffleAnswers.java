package dev.capstan.engine.protocol.wire;

import com.google.protobuf.InvalidProtocolBufferException;

import java.util.Arrays;

/** Sizes of pieces of map outputs, both ways. */
public final class ShuffleAnswers {
    /** There is no such output. */
    public static final long MISSING = -1;

    private ShuffleAnswers() {}

    public static byte[] toBytes(long[] sizes) {
        return ExecutorProto.ShuffleSizes.newBuilder()
                .addAllBytes(() -> Arrays.stream(sizes).iterator())
                .build()
                .toByteArray();
    }

    /**
     * @throws InvalidProtocolBufferException when these are not the bytes of sizes
     */
    public static long[] fromBytes(byte[] bytes) throws InvalidProtocolBufferException {
        return ExecutorProto.ShuffleSizes.parseFrom(bytes).getBytesList().stream().mapToLong(Long::longValue).toArray();
    }
}

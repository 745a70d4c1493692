package dev.capstan.engine.protocol.wire;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.capstan.engine.disk.FrameReading;

import java.util.Arrays;
import java.util.Optional;

/** What is answered about pieces of map outputs, both ways. */
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

    public static byte[] readingBytes(Optional<FrameReading> reading) {
        return reading.map(made ->
                        ExecutorProto.FrameReading.newBuilder()
                                .setThere(true)
                                .setIntact(made.intact())
                                .setWhere(made.where()))
                .orElseGet(ExecutorProto.FrameReading::newBuilder)
                .build()
                .toByteArray();
    }

    /**
     * @return empty when the output is no longer there
     * @throws InvalidProtocolBufferException when these are not the bytes of a reading
     */
    public static Optional<FrameReading> readingFrom(byte[] bytes) throws InvalidProtocolBufferException {
        ExecutorProto.FrameReading reading = ExecutorProto.FrameReading.parseFrom(bytes);
        return reading.getThere()
                ? Optional.of(new FrameReading(reading.getIntact(), reading.getWhere()))
                : Optional.empty();
    }
}

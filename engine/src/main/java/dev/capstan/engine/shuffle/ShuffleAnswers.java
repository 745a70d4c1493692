package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameReading;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What is answered about pieces of map outputs, both ways. */
final class ShuffleAnswers {
    /** There is no such output. */
    static final long MISSING = -1;

    private ShuffleAnswers() {}

    static byte[] toBytes(long[] sizes) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * sizes.length);
        bytes.asLongBuffer().put(sizes);
        return bytes.array();
    }

    static long[] fromBytes(byte[] bytes) {
        long[] sizes = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(sizes);
        return sizes;
    }

    static byte[] readingBytes(Optional<FrameReading> reading) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeBoolean(reading.isPresent());
            if (reading.isPresent()) {
                out.writeBoolean(reading.get().intact());
                out.writeUTF(reading.get().where());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no way to fail in memory
        }
        return bytes.toByteArray();
    }

    /**
     * @return empty when the output is no longer there
     * @throws IOException when these are not the bytes of a reading
     */
    static Optional<FrameReading> readingFrom(byte[] bytes) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return in.readBoolean() ? Optional.of(new FrameReading(in.readBoolean(), in.readUTF())) : Optional.empty();
        }
    }
}

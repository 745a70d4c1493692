package dev.capstan.engine.protocol;

import dev.capstan.engine.task.BarrierCall;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Driver to executor: what became of a {@link BarrierCall}. */
public sealed interface BarrierAnswer {
    /**
     * All tasks came.
     *
     * @param messages of all of them, in the order of their partitions
     */
    record Gathered(List<byte[]> messages) implements BarrierAnswer {
        public Gathered {
            messages = List.copyOf(messages);
        }

        @Override
        public String toString() {
            return "Gathered[" + messages.size() + " messages]";
        }
    }

    /** They will not all come, and why; or the call is none that can be answered. */
    record Refused(String reason) implements BarrierAnswer {}

    /** As it travels. */
    default byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            switch (this) {
                case Gathered(List<byte[]> messages) -> {
                    out.writeInt(messages.size());
                    for (byte[] message : messages) {
                        out.writeInt(message.length);
                        out.write(message);
                    }
                }
                case Refused(String reason) -> {
                    out.writeInt(-1);
                    out.write(reason.getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no way to fail in memory
        }
        return bytes.toByteArray();
    }

    /**
     * @throws IOException when these are not the bytes of an answer
     */
    static BarrierAnswer fromBytes(byte[] bytes) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = in.readInt();
            if (count < 0) {
                return new Refused(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            List<byte[]> messages = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                messages.add(message(in));
            }
            return new Gathered(messages);
        }
    }

    private static byte[] message(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a message of " + length + " bytes, but there are " + in.available());
        }
        return in.readNBytes(length);
    }
}

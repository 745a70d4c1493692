package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.WireForm;
import dev.capstan.testing.TransportContract.Beat;
import dev.capstan.testing.TransportContract.Numbered;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** How the messages of the tests travel. */
final class TestForms {
    static final List<WireForm<?>> ALL =
            List.of(
                    form(1, Numbered.class, TestForms::encode, TestForms::numbered),
                    form(
                            2,
                            Beat.class,
                            beat -> ByteBuffer.allocate(8).putLong(beat.number()).array(),
                            bytes -> new Beat(bytes.getLong())));

    private TestForms() {}

    private static byte[] encode(Numbered message) {
        byte[] text = message.text().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(12 + text.length)
                .putInt(message.sender())
                .putLong(message.number())
                .put(text)
                .array();
    }

    private static Numbered numbered(ByteBuffer bytes) {
        return new Numbered(bytes.getInt(), bytes.getLong(), StandardCharsets.UTF_8.decode(bytes).toString());
    }

    private static <M extends Message> WireForm<M> form(
            int tag, Class<M> type, Function<M, byte[]> encode, Function<ByteBuffer, M> decode) {
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
                return encode.apply(message);
            }

            @Override
            public M decode(ByteBuffer bytes) {
                return decode.apply(bytes);
            }
        };
    }
}

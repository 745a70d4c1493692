package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.MessageCodec;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.RpcLimits;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Makes the frames that go through an outbox, each as an array of its own. */
final class Frames {
    private final MessageCodec codec;
    private final RpcLimits limits;

    Frames(MessageCodec codec, RpcLimits limits) {
        this.codec = codec;
        this.limits = limits;
    }

    /**
     * @throws IllegalArgumentException when the message is too large
     */
    byte[] message(Address to, Message message) {
        byte[] actor = to.actor().getBytes(StandardCharsets.UTF_8);
        MessageCodec.Encoded encoded = encode(message);
        return frame(Frame.MESSAGE, Short.BYTES + actor.length + Short.BYTES + encoded.bytes().length)
                .putShort((short) actor.length)
                .put(actor)
                .putShort((short) encoded.tag())
                .put(encoded.bytes())
                .array();
    }

    byte[] request(int number, Message request) {
        MessageCodec.Encoded encoded = encode(request);
        return frame(Frame.REQUEST, Integer.BYTES + Short.BYTES + encoded.bytes().length)
                .putInt(number)
                .putShort((short) encoded.tag())
                .put(encoded.bytes())
                .array();
    }

    byte[] open(int number, int window, Duration patience, Message request) {
        MessageCodec.Encoded encoded = encode(request);
        return frame(Frame.OPEN, 2 * Integer.BYTES + Long.BYTES + Short.BYTES + encoded.bytes().length)
                .putInt(number)
                .putInt(window)
                .putLong(patience.toMillis())
                .putShort((short) encoded.tag())
                .put(encoded.bytes())
                .array();
    }

    private MessageCodec.Encoded encode(Message message) {
        MessageCodec.Encoded encoded = codec.encode(message);
        if (encoded.bytes().length > limits.message().bytes()) {
            throw new IllegalArgumentException(
                    "a message of "
                            + encoded.bytes().length
                            + " bytes, where one may have "
                            + limits.message()
                            + ": "
                            + message.trace());
        }
        return encoded;
    }

    static byte[] answer(int number, byte[] bytes) {
        return frame(Frame.ANSWER, Integer.BYTES + bytes.length).putInt(number).put(bytes).array();
    }

    static byte[] failure(int number, RpcException.Kind kind, String words) {
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, 64 << 10);
        return frame(Frame.FAILURE, Integer.BYTES + 1 + length)
                .putInt(number)
                .put((byte) kind.ordinal())
                .put(text, 0, length)
                .array();
    }

    static byte[] credit(int number, int bytes) {
        return frame(Frame.CREDIT, 2 * Integer.BYTES).putInt(number).putInt(bytes).array();
    }

    /** A frame that says no more than its kind and a number. */
    static byte[] of(Frame kind, int number) {
        return frame(kind, Integer.BYTES).putInt(number).array();
    }

    static byte[] bye(String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return frame(Frame.BYE, text.length).put(text).array();
    }

    private static ByteBuffer frame(Frame kind, int bodyBytes) {
        return ByteBuffer.allocate(Frame.HEAD_BYTES + bodyBytes).putInt(1 + bodyBytes).put(kind.code());
    }
}

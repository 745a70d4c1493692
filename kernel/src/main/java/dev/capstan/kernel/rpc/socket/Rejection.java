package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.Refusal;

import io.netty.buffer.ByteBuf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Why a connection comes to nothing, as whoever was dialled says it. It may be said to somebody who has proved nothing,
 * and so tells nothing of the one who says it.
 */
record Rejection(Refusal.Kind kind, String reason) {
    /** No refusal: the other's own connection is about to come. */
    static final Rejection CROSSED = new Rejection(Refusal.Kind.OTHER_PROTOCOL, "");

    private static final Refusal.Kind[] KINDS = Refusal.Kind.values();

    byte[] toFrame() {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Frame.HEAD_BYTES + 1 + text.length)
                .putInt(2 + text.length)
                .put(Frame.REFUSAL.code())
                .put((byte) kind.ordinal())
                .put(text)
                .array();
    }

    static Rejection read(ByteBuf body) throws ProtocolException {
        int kind = body.isReadable() ? body.readUnsignedByte() : KINDS.length;
        if (kind >= KINDS.length) {
            throw new ProtocolException("it refuses for a reason that is not known here");
        }
        return new Rejection(KINDS[kind], body.readString(body.readableBytes(), StandardCharsets.UTF_8));
    }
}

package dev.capstan.kernel.rpc.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

/**
 * What travels on a connection: four bytes of length, one that says which kind it is, and a body.
 *
 * <p>Numbers of requests and streams are given by whoever asks; {@link #ANSWER}, {@link #FAILURE}, {@link #DATA} and
 * {@link #END} go to it, the others come from it. The order of the kinds is part of the layout.
 */
enum Frame {
    /** First word of both: magic, version of this layout, and a number used once. */
    GREETING,
    /** Proof that the secret is known, and the hello. Nothing behind it is read before the proof holds. */
    INTRODUCTION,
    /** Whoever was dialled does not speak with the other, and why. */
    REFUSAL,
    /** Whoever dialled has chosen this connection: messages may come. */
    READY,
    /** Name of the actor, tag, message. */
    MESSAGE,
    /** Number, tag, message: bytes are wanted. */
    REQUEST,
    /** Number, bytes. */
    ANSWER,
    /** Number, kind, words: a request or a stream that failed. */
    FAILURE,
    /** Number, window, patience, tag, message: a stream is wanted. */
    OPEN,
    /** Number, bytes of a stream. */
    DATA,
    /** Number, how many further bytes of the stream may come. */
    CREDIT,
    /** Number: the stream is complete. */
    END,
    /** Number: the reader does not want the rest. */
    CANCEL,
    /** The way ends in order, and why. */
    BYE;

    /** Of the length and the kind. */
    static final int HEAD_BYTES = 5;

    private static final Frame[] ALL = values();

    /** The kind that the byte stands for, or null. */
    static @Nullable Frame of(int code) {
        return code >= 1 && code <= ALL.length ? ALL[code - 1] : null;
    }

    byte code() {
        return (byte) (1 + ordinal());
    }

    /** Begins a frame whose body will have so many bytes. */
    ByteBuf begin(ByteBufAllocator allocator, int bodyBytes) {
        return beginIn(allocator.buffer(HEAD_BYTES + bodyBytes), bodyBytes);
    }

    /** Begins a frame whose body has so many bytes, which need not all be written here. */
    ByteBuf beginIn(ByteBuf into, int bodyBytes) {
        return into.writeInt(1 + bodyBytes).writeByte(code());
    }
}

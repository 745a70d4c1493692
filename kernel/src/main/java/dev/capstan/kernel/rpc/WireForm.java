package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Message;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How one type of message travels between processes. The module that owns the type says so, and the process that puts a
 * transport together lists the forms that it knows.
 *
 * @param <M> the type
 */
public interface WireForm<M extends Message> {
    /** Tells it from the forms of other types, for ever; from 1 to 65,535. */
    int tag();

    Class<M> type();

    byte[] encode(M message);

    /**
     * @throws IOException when these are not the bytes of such a message
     */
    M decode(ByteBuffer bytes) throws IOException;
}

package dev.capstan.mesos.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;

/** Messages from others, who may be newer than we are. */
public final class Messages {
    private Messages() {}

    /**
     * Reads a message. A value of an enum that is newer than we are is missing in it, also where Mesos says that there
     * must be one: that is no reason to break off, and whoever takes the message looks whether it has what is needed.
     *
     * @throws InvalidProtocolBufferException when the bytes are no message at all
     */
    public static <M> M read(Parser<M> parser, byte[] bytes) throws InvalidProtocolBufferException {
        return parser.parsePartialFrom(bytes);
    }
}

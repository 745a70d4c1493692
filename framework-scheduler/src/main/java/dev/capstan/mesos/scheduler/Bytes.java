package dev.capstan.mesos.scheduler;

import com.google.protobuf.ByteString;

/**
 * Bytes that nobody can change, for messages.
 *
 * @param value of them
 */
public record Bytes(ByteString value) {
    public static Bytes copyOf(byte[] bytes) {
        return new Bytes(ByteString.copyFrom(bytes));
    }

    @Override
    public String toString() {
        return value.size() + " bytes";
    }
}

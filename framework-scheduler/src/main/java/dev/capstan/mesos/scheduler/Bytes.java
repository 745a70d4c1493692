package dev.capstan.mesos.scheduler;

import com.google.protobuf.ByteString;

/**
 * Bytes that nobody can change, for messages.
 *
 * @param value of them
 */
public record Bytes(ByteString value) {
    @Override
    public String toString() {
        return value.size() + " bytes";
    }
}

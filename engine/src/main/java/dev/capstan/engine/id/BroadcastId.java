package dev.capstan.engine.id;

import java.io.Serializable;

/** One broadcast value of an application. */
public record BroadcastId(long number) implements Comparable<BroadcastId>, Serializable {
    @Override
    public int compareTo(BroadcastId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "broadcast-" + number;
    }
}

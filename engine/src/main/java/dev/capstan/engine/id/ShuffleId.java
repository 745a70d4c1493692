package dev.capstan.engine.id;

import java.io.Serializable;

/** One shuffle dependency of the lineage. */
public record ShuffleId(int number) implements Comparable<ShuffleId>, Serializable {
    @Override
    public int compareTo(ShuffleId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "shuffle-" + number;
    }
}

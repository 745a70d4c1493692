package dev.capstan.engine.id;

import java.io.Serializable;

/** One accumulator of an application. */
public record AccumulatorId(long number) implements Comparable<AccumulatorId>, Serializable {
    @Override
    public int compareTo(AccumulatorId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "accumulator-" + number;
    }
}

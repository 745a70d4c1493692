package dev.capstan.engine.id;

import java.io.Serializable;

/** One node of the lineage. */
public record DatasetId(int number) implements Comparable<DatasetId>, Serializable {
    @Override
    public int compareTo(DatasetId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "dataset-" + number;
    }
}

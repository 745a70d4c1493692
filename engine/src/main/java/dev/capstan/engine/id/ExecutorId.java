package dev.capstan.engine.id;

import java.util.Objects;

/**
 * One life of one executor: never used again once that life has ended, so that a late word of a dead executor is never
 * taken for that of its successor.
 */
public record ExecutorId(String name) implements Comparable<ExecutorId> {
    public ExecutorId {
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(ExecutorId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}

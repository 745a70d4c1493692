package dev.capstan.engine.id;

import java.util.Objects;

/** The right of an application to use resources of one executor for a while. */
public record LeaseId(String name) implements Comparable<LeaseId> {
    public LeaseId {
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(LeaseId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}

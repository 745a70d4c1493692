package dev.capstan.engine.id;

/** A stage of a job: everything between two shuffles. */
public record StageId(int number) implements Comparable<StageId> {
    @Override
    public int compareTo(StageId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "stage-" + number;
    }
}

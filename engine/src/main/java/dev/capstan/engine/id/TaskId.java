package dev.capstan.engine.id;

/** One attempt at one partition of a stage, unique within the application. */
public record TaskId(long number) implements Comparable<TaskId> {
    @Override
    public int compareTo(TaskId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    @Override
    public String toString() {
        return "task-" + number;
    }
}

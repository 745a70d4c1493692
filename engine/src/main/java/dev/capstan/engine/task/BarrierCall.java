package dev.capstan.engine.task;

import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;

import java.util.Objects;

/**
 * What a task of a barrier stage says when it comes to a barrier. Said again, it means the same call.
 *
 * @param stage the attempt that the task belongs to
 * @param task who comes
 * @param number which of the task's calls it is, from 0
 * @param kind what the task called
 * @param message for the others; empty at a mere barrier
 */
public record BarrierCall(StageAttempt stage, TaskId task, int number, Kind kind, byte[] message) {
    /** What all messages of one call may take together: they travel to each task in one answer. */
    public static final int MOST_BYTES = 32 << 20;

    public BarrierCall {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(message, "message");
    }

    /** What a task can call. */
    public enum Kind {
        BARRIER("barrier()"),
        ALL_GATHER("allGather()");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** For people, who count from 1: {@code barrier() (call 1)}. */
    public String label() {
        return kind + " (call " + (number + 1) + ")";
    }

    @Override
    public String toString() {
        return "BarrierCall[" + stage + ", " + task + ", " + label() + ", " + message.length + " bytes]";
    }
}

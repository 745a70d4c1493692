package dev.capstan.engine.task;

import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** How a task attempt ended: a closed list. */
public sealed interface TaskOutcome {
    /** How many bytes its results, additions and texts have, about. */
    default long payloadBytes() {
        return switch (this) {
            case Result(byte[] bytes, var updates) -> bytes.length + bytesOf(updates);
            case Succeeded succeeded -> bytesOf(succeeded.updates());
            case Failed(Failure(var type, var message, var stack, _)) ->
                    type.length() + (long) message.length() + stack.length();
            case FetchFailed failed -> failed.reason().length();
            case Killed(var reason) -> reason.length();
            case ExecutorLost(var reason, _) -> reason.length();
        };
    }

    private static long bytesOf(List<AccumulatorUpdate> updates) {
        long bytes = 0;
        for (AccumulatorUpdate update : updates) {
            bytes += update.state().length;
        }
        return bytes;
    }

    /** It did its work. */
    sealed interface Succeeded extends TaskOutcome {
        /** What it has added to accumulators; it counts if and when the partition does. */
        List<AccumulatorUpdate> updates();

        /** The same with these updates. */
        Succeeded with(List<AccumulatorUpdate> updates);
    }

    /** A result task's result, serialized. */
    record Result(byte[] bytes, List<AccumulatorUpdate> updates) implements Succeeded {
        public Result(byte[] bytes) {
            this(bytes, List.of());
        }

        @Override
        public Result with(List<AccumulatorUpdate> updates) {
            return new Result(bytes, updates);
        }

        @Override
        public String toString() {
            return "Result[" + bytes.length + " bytes]";
        }
    }

    /** A result too large to ride in the outcome; it waits in the executor's block store. */
    record StoredResult(BlockId block, long bytes, List<AccumulatorUpdate> updates) implements Succeeded {
        public StoredResult(BlockId block, long bytes) {
            this(block, bytes, List.of());
        }

        @Override
        public StoredResult with(List<AccumulatorUpdate> updates) {
            return new StoredResult(block, bytes, updates);
        }
    }

    /** A map task's output is ready in the executor's shuffle store. */
    record MapOutput(long bytes, List<AccumulatorUpdate> updates) implements Succeeded {
        public MapOutput(long bytes) {
            this(bytes, List.of());
        }

        @Override
        public MapOutput with(List<AccumulatorUpdate> updates) {
            return new MapOutput(bytes, updates);
        }
    }

    /** The user's code, or ours, threw. */
    record Failed(Failure failure) implements TaskOutcome {}

    /**
     * A map output that the task needs could not be read; not the task's fault.
     *
     * @param from null if no location was known
     */
    record FetchFailed(ShuffleId shuffle, int mapPartition, @Nullable ExecutorId from, String reason)
            implements TaskOutcome {}

    /** It was ended on request. */
    record Killed(String reason) implements TaskOutcome {}

    /** Its executor is gone; told by the scheduler, never by an executor. */
    record ExecutorLost(String reason, boolean tasksFault) implements TaskOutcome {}
}

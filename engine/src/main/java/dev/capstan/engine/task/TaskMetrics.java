package dev.capstan.engine.task;

/**
 * What one task attempt cost. Durations are of the executor's monotonic clock.
 *
 * @param queuedNanos from arrival at the executor to start
 * @param decodeNanos making the stage's code and the task's input ready
 * @param runNanos from start to end, all included
 * @param resultBytes size of the result or of the map output
 * @param recordsRead records read from sources and shuffles
 * @param recordsWritten records written to the map output
 * @param shuffleBytesRead bytes of map outputs read
 * @param shuffleBytesWritten bytes of map output written
 * @param memorySpilledBytes how much memory was given back by spilling
 * @param diskSpilledBytes how much spilling has written to disk for it
 * @param peakMemoryBytes the most that a task held at once of the memory it has to ask for
 */
public record TaskMetrics(
        long queuedNanos,
        long decodeNanos,
        long runNanos,
        long resultBytes,
        long recordsRead,
        long recordsWritten,
        long shuffleBytesRead,
        long shuffleBytesWritten,
        long memorySpilledBytes,
        long diskSpilledBytes,
        long peakMemoryBytes) {
    public static final TaskMetrics NONE = new TaskMetrics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The same, of a task that waited so long before it started. */
    public TaskMetrics queuedFor(long nanos) {
        return new TaskMetrics(
                nanos,
                decodeNanos,
                runNanos,
                resultBytes,
                recordsRead,
                recordsWritten,
                shuffleBytesRead,
                shuffleBytesWritten,
                memorySpilledBytes,
                diskSpilledBytes,
                peakMemoryBytes);
    }

    /** The same, of a task that ran so long. */
    public TaskMetrics ranFor(long nanos) {
        return new TaskMetrics(
                queuedNanos,
                decodeNanos,
                nanos,
                resultBytes,
                recordsRead,
                recordsWritten,
                shuffleBytesRead,
                shuffleBytesWritten,
                memorySpilledBytes,
                diskSpilledBytes,
                peakMemoryBytes);
    }

    /** What both cost together; the peak is that of the larger one. */
    public TaskMetrics plus(TaskMetrics other) {
        return new TaskMetrics(
                queuedNanos + other.queuedNanos,
                decodeNanos + other.decodeNanos,
                runNanos + other.runNanos,
                resultBytes + other.resultBytes,
                recordsRead + other.recordsRead,
                recordsWritten + other.recordsWritten,
                shuffleBytesRead + other.shuffleBytesRead,
                shuffleBytesWritten + other.shuffleBytesWritten,
                memorySpilledBytes + other.memorySpilledBytes,
                diskSpilledBytes + other.diskSpilledBytes,
                Math.max(peakMemoryBytes, other.peakMemoryBytes));
    }
}

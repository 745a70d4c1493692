package dev.capstan.engine.task;

import dev.capstan.engine.memory.TaskMemory;

/** Counts what a task does; written by the task's thread, read by others for a rough idea only. */
public final class TaskRecorder {
    private long recordsRead;
    private long recordsWritten;
    private long shuffleBytesRead;
    private long shuffleBytesWritten;
    private long resultBytes;

    public void read(long records) {
        recordsRead += records;
    }

    public void wrote(long records) {
        recordsWritten += records;
    }

    public void readShuffle(long bytes) {
        shuffleBytesRead += bytes;
    }

    public void wroteShuffle(long bytes) {
        shuffleBytesWritten += bytes;
        resultBytes += bytes;
    }

    public void wroteResult(long bytes) {
        resultBytes += bytes;
    }

    public long recordsRead() {
        return recordsRead;
    }

    /** All that was counted, with the durations. */
    public TaskMetrics metrics(long decodeNanos, long runNanos, TaskMemory memory) {
        return new TaskMetrics(
                0,
                decodeNanos,
                runNanos,
                resultBytes,
                recordsRead,
                recordsWritten,
                shuffleBytesRead,
                shuffleBytesWritten,
                memory.memorySpilled(),
                memory.diskSpilled(),
                memory.peak());
    }
}

package dev.capstan.driver.runtime;

import dev.capstan.driver.dag.JobEvent;

import java.time.Duration;

/**
 * Has the driver's garbage collected while its executors fill with shuffles. Only the collector knows which of them the
 * program no longer refers to, and the heap of a driver whose executors have processes of their own fills so slowly
 * that it may not look for hours, while theirs are full of what nobody needs.
 */
final class Tidying implements JobListener {
    private final CollectionDue due;
    private final Runnable collector;

    /**
     * @param collector takes its time
     */
    Tidying(long bytes, Runnable collector) {
        this.due = new CollectionDue(bytes);
        this.collector = collector;
    }

    @Override
    public void onJobEvent(JobEvent event) {
        if (event instanceof JobEvent.JobEnded(_, _, var summary)) {
            synchronized (due) {
                if (!due.after(summary.metrics().shuffleBytesWritten(), summary.tasks(), System.nanoTime())) {
                    return;
                }
                due.began();
            }
            Thread.ofVirtual().name("capstan-tidying").start(this::collect);
        }
    }

    private void collect() {
        long began = System.nanoTime();
        collector.run();
        long ended = System.nanoTime();
        synchronized (due) {
            due.ended(ended, Duration.ofNanos(ended - began));
        }
    }
}

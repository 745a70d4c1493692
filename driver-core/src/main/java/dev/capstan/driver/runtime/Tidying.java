package dev.capstan.driver.runtime;

import dev.capstan.driver.dag.JobEvent;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Has the driver's garbage collected while its executors fill with shuffles. Only the collector knows which of them the
 * program no longer refers to, and the heap of a driver whose executors have processes of their own fills so slowly
 * that it may not look for hours, while theirs are full of what nobody needs.
 *
 * <p>Jobs are counted on the driver's loop, which must not wait for a collection, so each has a thread of its own; the
 * lock is for what both know. The thread stays until the rest after the collection is over, for the last of a burst of
 * jobs may have ended in it, and no later one would ask for what that has left.
 */
final class Tidying implements JobListener {
    private final Object lock = new Object();
    private final CollectionDue due;
    private final Runnable collector;
    private @Nullable Thread atWork;

    /**
     * @param bytes of shuffles from one collection to the next
     * @param collector takes its time
     */
    Tidying(long bytes, Runnable collector) {
        this.due = new CollectionDue(bytes);
        this.collector = collector;
    }

    @Override
    public void onJobEvent(JobEvent event) {
        if (event instanceof JobEvent.JobEnded(_, _, var summary)) {
            synchronized (lock) {
                due.add(summary.metrics().shuffleBytesWritten(), summary.tasks());
                if (due.isDue() && atWork == null) {
                    atWork = Thread.ofVirtual().name("capstan-tidying").start(this::work);
                }
            }
        }
    }

    private void work() {
        try {
            while (begins()) {
                long began = System.nanoTime();
                collector.run();
                Thread.sleep(CollectionDue.restAfter(Duration.ofNanos(System.nanoTime() - began)));
            }
        } catch (InterruptedException e) {
            // the driver is closed
        }
    }

    private boolean begins() {
        synchronized (lock) {
            if (due.isDue()) {
                due.begin();
                return true;
            }
            atWork = null;
            return false;
        }
    }

    @Override
    public void closed() {
        synchronized (lock) {
            if (atWork != null) {
                atWork.interrupt();
            }
        }
    }
}

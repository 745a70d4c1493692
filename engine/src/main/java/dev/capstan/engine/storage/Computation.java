package dev.capstan.engine.storage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A task computes a block; others wait for it.
 *
 * @param checkKilled of the task that computes, which others ask too
 * @param atEnd takes what is to be run when that task ends
 * @param timesDroppedBefore how often the dataset was dropped when it began
 */
record Computation(Runnable checkKilled, Consumer<Runnable> atEnd, int timesDroppedBefore, CountDownLatch done) {
    /** How long a task that waits for another may take to notice that one of them is killed. */
    private static final long LOOK_MILLIS = 50;

    Computation(Runnable checkKilled, Consumer<Runnable> atEnd, int timesDroppedBefore) {
        this(checkKilled, atEnd, timesDroppedBefore, new CountDownLatch(1));
    }

    void end() {
        done.countDown();
    }

    /**
     * Waits until it has ended, well or badly.
     *
     * @param checkOwn throws when the task that waits is to end
     * @return false if it was killed and goes on all the same
     */
    boolean awaitEnd(Runnable checkOwn) throws InterruptedException {
        while (!done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            checkOwn.run();
            if (isKilled()) {
                return false;
            }
        }
        checkOwn.run();
        return true;
    }

    private boolean isKilled() {
        try {
            checkKilled.run();
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }
}

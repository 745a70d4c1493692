package dev.capstan.driver.scheduling;

import dev.capstan.engine.protocol.ExecutorOrder;

import java.time.Duration;
import java.util.ArrayList;

/**
 * The part of the scheduler that calls queued tasks back when other executors idle. A queue is meant to be done within
 * a few milliseconds, so it is only called back when it is still there after as long: then something in it took longer
 * than was expected when it was queued.
 */
final class CallingBack {
    private static final String TIMER = "call-back-queued";
    private static final Duration PATIENCE = Duration.ofMillis(3);
    private static final Duration LIKELY_LOST = Duration.ofSeconds(2);
    private static final int EXECUTORS_PER_TURN = 16;

    private final ExecutorTable executors;
    private final Outbox outbox;
    private boolean armed;

    CallingBack(ExecutorTable executors, Outbox outbox) {
        this.executors = executors;
        this.outbox = outbox;
    }

    void endOfTurn() {
        if (armed) {
            return;
        }
        for (SlotIndex slots : executors.sharedSlots()) {
            if (slots.need.waiting == 0 && slots.anyFree() && slots.anyQueued()) {
                armed = true;
                outbox.arm(TIMER, PATIENCE, new SchedulerTimer.CallBackQueued());
                return;
            }
        }
    }

    void onTimer(long now) {
        armed = false;
        for (SlotIndex slots : executors.sharedSlots()) {
            if (slots.need.waiting > 0) {
                continue; // what waits fills the free slots first
            }
            long idle = slots.freeSlots();
            var loaded = new ArrayList<ExecutorEntry>();
            if (idle > 0) {
                slots.longestQueues(EXECUTORS_PER_TURN, loaded);
            }
            for (ExecutorEntry executor : loaded) {
                Attempt last = executor.lastQueued();
                if (idle > 0
                        && last != null
                        && executor.mayCallBack(now, LIKELY_LOST.toNanos())
                        && last.set.need == slots.need) {
                    int most = (int) Math.min(idle, executor.queued);
                    outbox.order(executor, new ExecutorOrder.ReturnTasks(last.set.stage, most));
                    executor.calledBack(now);
                    idle -= most;
                }
            }
        }
    }
}

package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.SchedulingConfig.QueueAhead;

/** How many short tasks are sent to a slot before the one that runs there has ended: a pure function. */
final class QueuePolicy {
    private QueuePolicy() {}

    /**
     * Enough tasks that a slot has {@link QueueAhead#work} to do while an outcome and the next launch travel; none if
     * tasks are long, because then the journey does not count and a queue only delays those that come after.
     *
     * @param meanNanos run time of a task, 0 if unknown
     */
    static int depth(QueueAhead config, double meanNanos) {
        if (meanNanos <= 0 || meanNanos >= config.shorterThan().toNanos()) {
            return 0;
        }
        return (int) Math.min(config.max(), Math.ceil(config.work().toNanos() / meanNanos));
    }
}

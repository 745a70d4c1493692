package dev.capstan.bench.capstan;

import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.runtime.JobListener;
import dev.capstan.engine.task.TaskMetrics;

/** Adds up what the jobs of a context cost. Heard on the driver's loop, asked by the program when a job is over. */
final class Costs implements JobListener {
    private TaskMetrics total = TaskMetrics.NONE;

    @Override
    public synchronized void onJobEvent(JobEvent event) {
        if (event instanceof JobEvent.JobEnded ended) {
            total = total.plus(ended.summary().metrics());
        }
    }

    synchronized TaskMetrics total() {
        return total;
    }
}

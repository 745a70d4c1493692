package dev.capstan.driver.runtime;

import dev.capstan.driver.dag.JobEvent;

/**
 * Hears what happens to jobs: the console, a log. Called on the driver's loop, so it must be quick; what it throws is
 * logged.
 */
@FunctionalInterface
public interface JobListener {
    void onJobEvent(JobEvent event);

    /** The driver is gone and there will be no more events; called by whoever closes the context. */
    default void closed() {}
}

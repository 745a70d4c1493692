package dev.capstan.driver.job;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a job is to be run and told of.
 *
 * @param name what the job does, {@code count} for instance
 * @param callSite the user's line
 * @param group by which jobs are cancelled together; empty for none
 * @param tags the same, any number
 * @param pool of the fair scheduler
 * @param interruptOnCancel whether cancelling interrupts the threads of running tasks
 */
public record JobProperties(
        String name, CallSite callSite, String group, Set<String> tags, String pool, boolean interruptOnCancel) {
    public static final String DEFAULT_POOL = "default";

    public JobProperties {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(callSite, "callSite");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(pool, "pool");
        tags = Collections.unmodifiableSet(new TreeSet<>(tags));
    }
}

package dev.capstan.driver.backend;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.resource.Resources;

/**
 * The right to use resources of one executor until the lease ends. What stands behind it (a thread pool, a process, a
 * Mesos task) the scheduler never learns.
 */
public record Lease(LeaseId id, ExecutorId executor, String host, Resources resources) {}

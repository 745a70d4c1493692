package dev.capstan.driver.job;

import dev.capstan.driver.backend.ClusterFault;

/** A job could not run because its cluster does not serve the program, and never will. */
public final class ClusterFailedException extends JobFailedException {
    private static final long serialVersionUID = 1L;

    private final ClusterFault fault;

    public ClusterFailedException(ClusterFault fault, String message) {
        super(message);
        this.fault = fault;
    }

    /** Whether it was not there, did not want the program, or could not run it. */
    public ClusterFault fault() {
        return fault;
    }
}

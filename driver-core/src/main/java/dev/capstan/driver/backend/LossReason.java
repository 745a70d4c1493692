package dev.capstan.driver.backend;

/** Why a lease ended: a closed list, so that every backend classifies and every policy can decide. */
public enum LossReason {
    RELEASED(false),
    FINISHED(false),
    DRAINED(false),
    PREEMPTED(false),
    HOST_UNREACHABLE(false),
    KILLED(false),
    LAUNCH_FAILED(false),
    CRASHED(true),
    OUT_OF_MEMORY(true);

    private final boolean tasksFault;

    LossReason(boolean tasksFault) {
        this.tasksFault = tasksFault;
    }

    /** Whether the tasks that ran there may have caused it, so that it counts as a failure of theirs. */
    public boolean tasksFault() {
        return tasksFault;
    }
}

package dev.capstan.driver.backend;

/** Why a lease ended: a closed list, so that every backend classifies and every policy can decide. */
public enum LossReason {
    RELEASED(Blame.NONE),
    FINISHED(Blame.NONE),
    DRAINED(Blame.NONE),
    PREEMPTED(Blame.NONE),
    HOST_UNREACHABLE(Blame.NONE),
    KILLED(Blame.PERHAPS),
    LAUNCH_FAILED(Blame.NONE),
    CRASHED(Blame.LIKELY),
    OUT_OF_MEMORY(Blame.LIKELY);

    /** Whether the tasks that ran there may have caused the end. */
    public enum Blame {
        NONE,
        /** Somebody killed it, who may have had a reason: too much memory, for instance. */
        PERHAPS,
        /** It counts as a failure of theirs. */
        LIKELY
    }

    private final Blame blame;

    LossReason(Blame blame) {
        this.blame = blame;
    }

    public Blame blame() {
        return blame;
    }
}

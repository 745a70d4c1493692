package dev.capstan.driver.backend;

/** Why a lease ended: a closed list, so that every backend classifies and every policy can decide. */
public enum LossReason {
    RELEASED("given back", Blame.NONE),
    FINISHED("finished", Blame.NONE),
    DRAINED("drained", Blame.NONE),
    PREEMPTED("taken back by the cluster", Blame.NONE),
    HOST_UNREACHABLE("its host cannot be reached", Blame.NONE),
    KILLED("killed", Blame.PERHAPS),
    LAUNCH_FAILED("could not be started", Blame.NONE),
    CRASHED("crashed", Blame.LIKELY),
    OUT_OF_MEMORY("out of memory", Blame.LIKELY);

    /** Whether the tasks that ran there may have caused the end. */
    public enum Blame {
        NONE,
        /** Somebody killed it, who may have had a reason: too much memory, for instance. */
        PERHAPS,
        /** It counts as a failure of theirs. */
        LIKELY
    }

    private final String words;
    private final Blame blame;

    LossReason(String words, Blame blame) {
        this.words = words;
        this.blame = blame;
    }

    public Blame blame() {
        return blame;
    }

    /** For people. */
    @Override
    public String toString() {
        return words;
    }
}

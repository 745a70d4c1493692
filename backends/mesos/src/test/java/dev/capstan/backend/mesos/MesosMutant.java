package dev.capstan.backend.mesos;

/** A rule broken on purpose, to prove that the simulation would notice. */
enum MesosMutant {
    /** Nothing is broken. */
    NONE,
    /** An update is acknowledged before it is written. */
    ACKNOWLEDGES_BEFORE_WRITING,
    /** What the master says of itself is acknowledged too. */
    ACKNOWLEDGES_WITHOUT_UUID,
    /** Updates are not acknowledged. */
    NEVER_ACKNOWLEDGES,
    /** A task is launched before it is written. */
    LAUNCHES_BEFORE_WRITING,
    /** Nothing written holds back what stands behind it. */
    WRITES_LATE,
    /** The master is never asked about tasks. */
    NEVER_ASKS,
    /** Tasks that are not wanted are left alone. */
    NEVER_KILLS,
    /** No timer is stopped. */
    NEVER_DISARMS,
    /** Offers of no use are kept. */
    NEVER_DECLINES,
    /** What was offered on an older connection is used on a new one. */
    KEEPS_OLD_OFFERS,
    /** What was rescinded is used. */
    HIDES_RESCINDED_OFFERS,
    /** Something is said on a connection that is over. */
    SPEAKS_ON_OLD_CONNECTIONS,
    /** A task takes more than was offered. */
    TAKES_TOO_MUCH,
    /** A later run gives the names of an earlier one again. */
    GIVES_NAMES_AGAIN,
    /** What a new master knows of tasks is not asked for when it has taken the framework. */
    DOES_NOT_ASK_A_NEW_MASTER,
    /** That nothing is heard of a task is not noticed. */
    FORGETS_LAUNCHES,
    /** Requests to leave an agent are not answered. */
    IGNORES_INVERSE_OFFERS,
    /** That an agent is to go down is not seen in its offers. */
    OVERLOOKS_MAINTENANCE,
    /** The driver does not hear which of its executors are on an agent that is to go down. */
    TELLS_NOBODY_OF_MAINTENANCE,
    /** The end of the program does not tear the framework down. */
    LEAVES_ITS_TASKS
}

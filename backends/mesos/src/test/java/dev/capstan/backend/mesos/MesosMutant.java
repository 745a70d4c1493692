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
    /** The end of the program does not tear the framework down. */
    LEAVES_ITS_TASKS
}

package dev.capstan.backend.mesos;

/** A rule about operations or groups broken on purpose, to prove that the simulation would notice. */
enum OperationsMutant {
    /** Nothing is broken. */
    NONE,
    /** An end is acknowledged before it is written. */
    ACKNOWLEDGES_BEFORE_WRITING,
    /** Ends are not acknowledged. */
    NEVER_ACKNOWLEDGES,
    /** What the master says of itself is acknowledged too. */
    ACKNOWLEDGES_WITHOUT_UUID,
    /** An operation is asked for before it is written. */
    ASKS_BEFORE_WRITING,
    /** The master is never asked about operations. */
    NEVER_ASKS,
    /** An end that comes again is told and written again. */
    ENDS_TWICE
}

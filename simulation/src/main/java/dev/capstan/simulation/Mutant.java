package dev.capstan.simulation;

/** A rule broken on purpose, to prove that the simulation would notice. */
public enum Mutant {
    /** Nothing is broken. */
    NONE,
    /** The pool starts a task although its cores are taken. */
    STARTS_WITHOUT_ROOM,
    /** The DAG scheduler is not told of lost executors. */
    HIDES_LOST_EXECUTORS,
    /** A lost map output is read as an empty one. */
    READS_LOST_OUTPUTS_AS_EMPTY,
    /** The partitions of a held attempt are not given back. */
    FORGETS_HELD_TASKS,
    /** A result is handed out twice. */
    HANDS_OUT_RESULTS_TWICE,
    /** What a task has added to an accumulator counts twice. */
    COUNTS_ADDITIONS_TWICE,
    /** The tasks of a job that was cancelled or failed go on. */
    LEAVES_CANCELLED_TASKS
}

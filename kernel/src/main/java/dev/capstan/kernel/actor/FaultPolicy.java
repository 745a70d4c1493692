package dev.capstan.kernel.actor;

/** What a process does about a bug in one of its actors: end a term, fail the jobs concerned, exit, fail a test. */
@FunctionalInterface
public interface FaultPolicy {
    /** Called on the loop's thread, after the actor was taken out of service. */
    void onFault(Fault fault);
}

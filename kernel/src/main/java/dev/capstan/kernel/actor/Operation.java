package dev.capstan.kernel.actor;

/** Work that an actor asks for but does not do itself: a task to run, a process to start, a request to make. */
public interface Operation {
    /** As {@link Message#trace}. */
    default Object trace() {
        return this;
    }
}

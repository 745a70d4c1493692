package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.mesos.scheduler.FrameworkEvent;

/** What {@link CoarseExecutors} takes besides the scheduler's commands. */
sealed interface CoarseMessage extends BackendMessage {
    /** The framework says something. */
    record Said(FrameworkEvent event) implements CoarseMessage {}

    /** The agent of an executor has been away for as long as it may. */
    record GiveUp(String executor) implements CoarseMessage {}

    /** Nothing has run for so long that executors are given back. */
    record GiveBackIdle() implements CoarseMessage {}

    /** Ask for executors again, after some that did not come up. */
    record Replace() implements CoarseMessage {}
}

package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.ExecutorId;

/** Where a task's data is near. */
public sealed interface Preference {
    /** In this executor's memory. */
    record OnExecutor(ExecutorId executor, String host) implements Preference {}

    /** On this host. */
    record OnHost(String host) implements Preference {}
}

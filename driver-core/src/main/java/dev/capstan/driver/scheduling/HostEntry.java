package dev.capstan.driver.scheduling;

import java.util.ArrayList;
import java.util.List;

/** A host and the executors that are registered there. */
final class HostEntry {
    final String name;
    final List<ExecutorEntry> executors = new ArrayList<>();

    HostEntry(String name) {
        this.name = name;
    }
}

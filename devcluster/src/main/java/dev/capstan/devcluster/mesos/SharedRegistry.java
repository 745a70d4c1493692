package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.master.RegistryEntry;
import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.Journal;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What the masters of a cluster remember together. It stands for the log that real ones replicate: it outlives each of
 * them, and only the one that began last may write.
 */
final class SharedRegistry {
    private final List<RegistryEntry> entries = new ArrayList<>();
    private long terms;

    /** What one master found, and its way to write more. */
    record Term(List<RegistryEntry> found, Journal journal) {}

    /** A master begins to lead; the one before it cannot write any more. */
    synchronized Term begin() {
        long own = ++terms;
        return new Term(List.copyOf(entries), (entry, done) -> done.accept(write(own, entry)));
    }

    private synchronized @Nullable Throwable write(long term, Entry entry) {
        if (term != terms) {
            return new IllegalStateException("another master has begun to lead");
        }
        entries.add((RegistryEntry) entry);
        return null;
    }
}

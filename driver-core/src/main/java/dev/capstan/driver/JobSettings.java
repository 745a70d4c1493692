package dev.capstan.driver;

import dev.capstan.driver.job.JobProperties;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What each thread has set for the jobs that it submits; a thread begins with what its creator had at that moment. */
final class JobSettings {
    private final InheritableThreadLocal<Values> values =
            new InheritableThreadLocal<>() {
                @Override
                protected Values initialValue() {
                    return new Values("", "", false, Set.of(), JobProperties.DEFAULT_POOL);
                }
            };

    /** Of one thread; immutable, so that threads may share it. */
    private record Values(String group, String description, boolean interrupt, Set<String> tags, String pool) {}

    void group(String group, String description, boolean interruptOnCancel) {
        Values now = values.get();
        values.set(new Values(group, description, interruptOnCancel, now.tags, now.pool));
    }

    void interruptOnCancel(boolean interrupt) {
        Values now = values.get();
        values.set(new Values(now.group, now.description, interrupt, now.tags, now.pool));
    }

    void addTag(String tag) {
        Set<String> tags = new TreeSet<>(values.get().tags);
        tags.add(tag);
        tags(tags);
    }

    void removeTag(String tag) {
        Set<String> tags = new TreeSet<>(values.get().tags);
        tags.remove(tag);
        tags(tags);
    }

    void clearTags() {
        tags(Set.of());
    }

    private void tags(Set<String> tags) {
        Values now = values.get();
        values.set(new Values(now.group, now.description, now.interrupt, Collections.unmodifiableSet(tags), now.pool));
    }

    Set<String> tags() {
        return values.get().tags;
    }

    void pool(String pool) {
        Values now = values.get();
        values.set(new Values(now.group, now.description, now.interrupt, now.tags, pool));
    }

    /** Runs the body and then takes back what it has set. */
    <T> T within(Supplier<T> body) {
        Values before = values.get();
        try {
            return body.get();
        } finally {
            values.set(before);
        }
    }

    /** Of the next job of this thread, submitted by a line of the user's program. */
    JobProperties forNext(String action) {
        Values now = values.get();
        return new JobProperties(
                now.description.isEmpty() ? action : now.description,
                CallSites.here(),
                now.group,
                now.tags,
                now.pool,
                now.interrupt);
    }
}

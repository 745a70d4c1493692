package dev.capstan.backend.mesos;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Agents on which executors did not come up, or ended by themselves. After some such ends in a row an agent is avoided
 * for a while, each time for twice as long; an executor that registers there makes it as good as new.
 */
final class AgentFailures {
    private static final int FORGIVEN = 2;
    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Duration MOST = Duration.ofMinutes(30);

    private final Map<String, Record> records = new LinkedHashMap<>();

    private record Record(int failures, long avoidedUntilNanos) {}

    void onFailed(String agent, long nowNanos) {
        int failures = records.getOrDefault(agent, new Record(0, nowNanos)).failures() + 1;
        long wait =
                failures < FORGIVEN
                        ? 0
                        : Math.min(MOST.toNanos(), FIRST.toNanos() << Math.min(10, failures - FORGIVEN));
        records.put(agent, new Record(failures, nowNanos + wait));
    }

    void onWorks(String agent) {
        records.remove(agent);
    }

    /** For as long as the plan stands: an agent that is to go down. */
    void avoid(String agent, Duration time, long nowNanos) {
        int failures = records.getOrDefault(agent, new Record(0, nowNanos)).failures();
        records.put(agent, new Record(failures, nowNanos + time.toNanos()));
    }

    SortedSet<String> avoided(long nowNanos) {
        SortedSet<String> avoided = new TreeSet<>();
        records.forEach((agent, record) -> {
            if (record.avoidedUntilNanos() - nowNanos > 0) {
                avoided.add(agent);
            }
        });
        return avoided;
    }
}

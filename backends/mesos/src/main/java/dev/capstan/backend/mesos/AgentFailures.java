package dev.capstan.backend.mesos;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /** Who is avoided at this time, and until when. */
    SortedMap<String, Long> avoided(long nowNanos) {
        SortedMap<String, Long> avoided = new TreeMap<>();
        records.forEach((agent, record) -> {
            if (record.avoidedUntilNanos() - nowNanos > 0) {
                avoided.put(agent, record.avoidedUntilNanos());
            }
        });
        return avoided;
    }
}

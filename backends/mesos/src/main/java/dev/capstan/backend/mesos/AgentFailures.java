package dev.capstan.backend.mesos;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Agents on which executors did not come up, or ended by themselves. After some such ends in a row an agent is to be
 * avoided for a while, each time for twice as long; an executor that registers there makes it as good as new.
 */
final class AgentFailures {
    private static final int FORGIVEN = 1;
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration MOST = Duration.ofMinutes(30);
    private static final int MOST_DOUBLED = 10;

    private final Map<String, Integer> failures = new LinkedHashMap<>();

    /** For how long the agent is to be avoided, if at all. */
    Optional<Duration> onFailed(String agent) {
        int inARow = failures.merge(agent, 1, Integer::sum);
        if (inARow <= FORGIVEN) {
            return Optional.empty();
        }
        long wait = FIRST.toNanos() << Math.min(MOST_DOUBLED, inARow - FORGIVEN - 1);
        return Optional.of(Duration.ofNanos(Math.min(wait, MOST.toNanos())));
    }

    /** Whether it had failed before. */
    boolean onWorks(String agent) {
        return failures.remove(agent) != null;
    }
}

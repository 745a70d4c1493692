package dev.capstan.mesos.scheduler;

import java.util.List;

/**
 * Why nothing was launched.
 *
 * @param state of the connection, in words
 * @param waiting requests that wait for a place
 * @param offersSeen since the oldest of them began to wait
 * @param refusals counted, the most frequent first
 */
public record Explanation(String state, int waiting, long offersSeen, List<Refusal> refusals) {
    public Explanation {
        refusals = List.copyOf(refusals);
    }

    /** Why offers did not do, and how many. */
    public record Refusal(String reason, long times) {}
}

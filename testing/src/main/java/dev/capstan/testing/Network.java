package dev.capstan.testing;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * How messages between nodes fare: delay, repetition and cuts. Messages of one pair of nodes keep their order, as on a
 * connection; a repeated message comes a second time late, as after a connection was made anew.
 */
public final class Network {
    private Duration minDelay = Duration.ofNanos(20_000);
    private Duration maxDelay = Duration.ofMillis(2);
    private int repeatedPerMille;
    private Duration repeatedWithin = Duration.ofSeconds(3);
    private int lostPerMille;
    private final Set<Link> cut = new HashSet<>(); // membership only, never iterated

    private record Link(String from, String to) {}

    public Network delay(Duration min, Duration max) {
        minDelay = min;
        maxDelay = max;
        return this;
    }

    /** So many of a thousand messages come a second time, at some moment within the duration. */
    public Network repeat(int perMille, Duration within) {
        repeatedPerMille = perMille;
        repeatedWithin = within;
        return this;
    }

    /** So many of a thousand messages are lost. */
    public Network lose(int perMille) {
        lostPerMille = perMille;
        return this;
    }

    /** From now on nothing gets from one node to the other; the other direction is a cut of its own. */
    public Network cut(String from, String to) {
        cut.add(new Link(from, to));
        return this;
    }

    /** Both directions between the nodes work again. */
    public Network mend(String one, String other) {
        cut.remove(new Link(one, other));
        cut.remove(new Link(other, one));
        return this;
    }

    /** No faults any more, delays stay. */
    public Network heal() {
        repeatedPerMille = 0;
        lostPerMille = 0;
        cut.clear();
        return this;
    }

    boolean isCut(String from, String to) {
        return !cut.isEmpty() && cut.contains(new Link(from, to));
    }

    long minDelayNanos() {
        return minDelay.toNanos();
    }

    long maxDelayNanos() {
        return maxDelay.toNanos();
    }

    int repeatedPerMille() {
        return repeatedPerMille;
    }

    long repeatedWithinNanos() {
        return repeatedWithin.toNanos();
    }

    int lostPerMille() {
        return lostPerMille;
    }
}

package dev.capstan.mesos.scheduler;

import java.time.Duration;
import java.util.SplittableRandom;

/** The part of a {@link FrameworkScheduler} that knows whether there is a connection, and since when. */
final class Subscription {
    private static final int SILENT_HEARTBEATS = 5;
    private static final Duration UNTIL_TOLD = Duration.ofSeconds(15);

    /** Whatever a master says: one that is silent must be noticed in the end. */
    private static final Duration MOST_HEARTBEAT = Duration.ofHours(1);

    private final FrameworkConfig.Timing.Connecting timing;
    private final SplittableRandom jitter;
    private Phase phase = Phase.NEW;
    private long number;
    private int failures;
    private boolean everSubscribed;
    private Duration heartbeat = UNTIL_TOLD;
    private long heardNanos;
    private String lastReason = "no attempt has ended yet";

    private enum Phase {
        NEW,
        CONNECTING,
        SUBSCRIBED,
        WAITING,
        LEAVING,
        OVER
    }

    Subscription(FrameworkConfig config) {
        this.timing = config.timing().connecting();
        this.jitter = new SplittableRandom(config.seed());
    }

    /** Of the connection that counts. */
    long number() {
        return number;
    }

    boolean isSubscribed() {
        return phase == Phase.SUBSCRIBED;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    boolean wasEverSubscribed() {
        return everSubscribed;
    }

    /** Whether there is a connection, or one is being made. */
    boolean isUnderWay() {
        return phase == Phase.CONNECTING || phase == Phase.SUBSCRIBED;
    }

    /** Whether a master may have taken us, and we do not know it yet. */
    boolean isConnecting() {
        return phase == Phase.CONNECTING;
    }

    /** Whether all that we wait for is to be taken, so that we can take our leave. */
    boolean isLeaving() {
        return phase == Phase.LEAVING;
    }

    void leaving() {
        phase = Phase.LEAVING;
    }

    void connecting(long nowNanos) {
        phase = Phase.CONNECTING;
        number++;
        heartbeat = UNTIL_TOLD;
        heardNanos = nowNanos;
    }

    void subscribed(Duration newHeartbeat) {
        phase = Phase.SUBSCRIBED;
        everSubscribed = true;
        failures = 0;
        if (newHeartbeat.isPositive()) {
            heartbeat = newHeartbeat.compareTo(MOST_HEARTBEAT) > 0 ? MOST_HEARTBEAT : newHeartbeat;
        }
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** Until the next look at whether the master is silent. */
    Duration heartbeat() {
        return heartbeat;
    }

    boolean isSilent(long nowNanos) {
        return nowNanos - heardNanos >= heartbeat.multipliedBy(SILENT_HEARTBEATS).toNanos();
    }

    /** How long to wait before the next attempt: from half to the whole of a time that doubles. */
    Duration ended(String reason) {
        phase = Phase.WAITING;
        lastReason = reason;
        long whole = timing.firstBackoff().toNanos() << Math.min(failures++, 20);
        long bounded = Math.min(whole, timing.mostBackoff().toNanos());
        return Duration.ofNanos(bounded / 2 + jitter.nextLong(bounded / 2 + 1));
    }

    void over(String reason) {
        phase = Phase.OVER;
        lastReason = reason;
    }

    String lastReason() {
        return lastReason;
    }

    /** In words. */
    @Override
    public String toString() {
        return switch (phase) {
            case NEW -> "not started";
            case CONNECTING -> everSubscribed ? "connecting again, because " + lastReason : "connecting";
            case SUBSCRIBED -> "subscribed";
            case WAITING -> "not connected: " + lastReason;
            case LEAVING -> "stopping";
            case OVER -> "ended: " + lastReason;
        };
    }
}

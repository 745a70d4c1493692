package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.WhyNot;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** The part of the scheduler that says why nothing runs: when asked, and by itself when tasks wait for long. */
final class Explaining {
    private static final String STARVATION_TIMER = "say-why-nothing-runs";
    private static final String ANSWER_TIMER = "explain-without-backend";
    private static final Duration BACKEND_BOUND = Duration.ofSeconds(2);

    private final SchedulingConfig config;
    private final ExecutorTable executors;
    private final TaskSets sets;
    private final Exclusions exclusions;
    private final Outbox outbox;

    /** What the backend said of its cluster. */
    private Explanation.Connection connection = new Explanation.Connection("", false);

    private boolean armed;
    private boolean sayNothingRuns;
    private int questions;

    Explaining(SchedulingConfig config, ExecutorTable executors, TaskSets sets, Exclusions exclusions, Outbox outbox) {
        this.config = config;
        this.executors = executors;
        this.sets = sets;
        this.exclusions = exclusions;
        this.outbox = outbox;
    }

    void connected(String cluster) {
        connection = new Explanation.Connection("Connected to " + cluster + ".", false);
    }

    void disconnected(String reason) {
        connection = new Explanation.Connection("The cluster does not answer: " + reason + ".", true);
    }

    void endOfTurn() {
        boolean starving = starving();
        if (starving && !armed) {
            armed = true;
            outbox.arm(STARVATION_TIMER, config.starvationAfter(), new SchedulerTimer.SayWhyNothingRuns());
        } else if (!starving && armed) {
            armed = false;
            outbox.disarm(STARVATION_TIMER);
        }
    }

    void onStarvation() {
        armed = false;
        if (starving()) {
            sayNothingRuns = true;
            ask();
        }
    }

    /** Somebody wants to know. */
    void asked() {
        questions++;
        ask();
    }

    /** The backend has answered, or not in time. */
    void answer(@Nullable WhyNot backend, long now) {
        if (!sayNothingRuns && questions == 0) {
            return;
        }
        outbox.disarm(ANSWER_TIMER);
        String text = Explanation.text(executors, sets.open(), exclusions.lines(now), backend, connection, now);
        if (sayNothingRuns && starving()) {
            outbox.tellDag(new SchedulingEvent.NothingRuns(text));
        }
        sayNothingRuns = false;
        for (; questions > 0; questions--) {
            outbox.tellDag(new SchedulingEvent.Explained(text));
        }
    }

    private void ask() {
        outbox.tellBackend(new BackendCommand.Explain());
        outbox.arm(ANSWER_TIMER, BACKEND_BOUND, new SchedulerTimer.ExplainWithoutBackend());
    }

    /** Whether tasks wait and nothing runs at all, or nothing there is can ever run them. */
    private boolean starving() {
        for (SlotIndex slots : executors.sharedSlots()) {
            Need need = slots.need;
            if (need.waiting > 0 && need.placed == 0 && (sets.attempts() == 0 || slots.allSlots() == 0)) {
                return true;
            }
        }
        return false;
    }
}

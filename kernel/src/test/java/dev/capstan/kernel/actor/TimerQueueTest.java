package dev.capstan.kernel.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class TimerQueueTest {
    private static final Address A = new Address("n", "a");
    private static final Address B = new Address("n", "b");

    private record Tick(String name) implements Message {}

    private final TimerQueue timers = new TimerQueue();

    private List<String> due(long now) {
        List<String> names = new ArrayList<>();
        for (var due = timers.poll(now); due != null; due = timers.poll(now)) {
            names.add(due.actor().actor() + ":" + due.timer());
        }
        return names;
    }

    @Test
    void timersComeDueInOrderOfDeadlineAndThenOfArming() {
        timers.arm(A, "late", 30, new Tick("late"));
        timers.arm(A, "first", 10, new Tick("first"));
        timers.arm(B, "second", 10, new Tick("second"));
        assertThat(due(9)).isEmpty();
        assertThat(due(10)).containsExactly("a:first", "b:second");
        assertThat(timers.nextDeadlineNanos()).isEqualTo(30);
    }

    @Test
    void theSameNameReplacesButOnlyForTheSameActor() {
        timers.arm(A, "t", 10, new Tick("old"));
        timers.arm(B, "t", 10, new Tick("other"));
        timers.arm(A, "t", 20, new Tick("new"));
        assertThat(due(10)).containsExactly("b:t");
        assertThat(due(20)).containsExactly("a:t");
    }

    @Test
    void disarmedTimersNeverComeDue() {
        timers.arm(A, "t", 10, new Tick("t"));
        timers.arm(A, "u", 10, new Tick("u"));
        timers.arm(B, "t", 10, new Tick("b"));
        timers.disarm(A, "t");
        timers.disarm(A, "unknown");
        assertThat(due(100)).containsExactly("a:u", "b:t");
        timers.arm(A, "t", 200, new Tick("t"));
        timers.arm(B, "t", 200, new Tick("b"));
        timers.disarmAll(A);
        assertThat(due(300)).containsExactly("b:t");
        assertThat(timers.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }
}

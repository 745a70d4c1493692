package dev.capstan.driver.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.scheduling.ActiveSet.FailedAttempt;

import org.junit.jupiter.api.Test;

import java.util.List;

class AbortReasonTest {
    private static final String WHAT = "java.lang.IllegalStateException: boom";
    private static final String STACK = WHAT + "\n    at Logs.main(Logs.java:7)";

    @Test
    void theOnlyFailureIsToldOnce() {
        assertThat(AbortReason.tooManyFailures("count", 3, 1, List.of(failure(0, "executor-0", WHAT))))
                .isEqualTo(
                        STACK
                                + "\npartition 3 of count failed at executor-0 on host-a (capstan.task.maxFailures is"
                                + " 1)");
    }

    @Test
    void whatTheStackDoesNotSayIsToldAlsoOfTheOnlyFailure() {
        assertThat(AbortReason.tooManyFailures("count", 3, 1, List.of(failure(0, "executor-0", "more than that"))))
                .endsWith("\n  attempt 0 at executor-0 on host-a: more than that");
    }

    @Test
    void eachOfSeveralFailuresHasItsLine() {
        List<FailedAttempt> failures = List.of(failure(0, "executor-0", WHAT), failure(1, "executor-1", WHAT));
        assertThat(AbortReason.tooManyFailures("count", 3, 2, failures))
                .isEqualTo(
                        STACK
                                + "\npartition 3 of count failed 2 times (capstan.task.maxFailures is 2):\n"
                                + "  attempt 0 at executor-0 on host-a: "
                                + WHAT
                                + "\n  attempt 1 at executor-1 on host-a: "
                                + WHAT);
    }

    private static FailedAttempt failure(int attempt, String executor, String what) {
        return new FailedAttempt(attempt, executor, "host-a", what, STACK);
    }
}

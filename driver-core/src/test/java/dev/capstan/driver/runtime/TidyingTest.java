package dev.capstan.driver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.driver.dag.JobEvent.JobSummary;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

final class TidyingTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final long BYTES = 100 << 20;

    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);
    private final Tidying tidying =
            new Tidying(
                    BYTES,
                    () -> {
                        begun.incrementAndGet();
                        mayEnd.acquireUninterruptibly();
                    });

    @AfterEach
    void close() {
        tidying.closed();
        mayEnd.release(100);
    }

    @Test
    void noneBeginsWhileOneIsUnderWay() {
        endJob(BYTES);
        assertThat(Await.until(() -> begun.get() == 1, BOUND)).isTrue();
        endJob(BYTES);
        assertThat(begun).hasValue(1);
    }

    @Test
    void whatTheLastJobsHaveWrittenIsNotForgottenThoughNoOtherJobEnds() {
        endJob(BYTES);
        assertThat(Await.until(() -> begun.get() == 1, BOUND)).isTrue();
        endJob(BYTES);
        mayEnd.release();
        assertThat(Await.until(() -> begun.get() == 2, BOUND)).isTrue();
    }

    @Test
    void aLaterJobFindsItReadyAgain() {
        mayEnd.release();
        endJob(BYTES);
        assertThat(Await.until(() -> begun.get() == 1, BOUND)).isTrue();
        mayEnd.release();
        endJob(BYTES);
        assertThat(Await.until(() -> begun.get() == 2, BOUND)).isTrue();
    }

    private void endJob(long shuffled) {
        var metrics = new TaskMetrics(0, 0, 0, 0, 0, 0, 0, shuffled, 0, 0, 0);
        tidying.onJobEvent(
                new JobEvent.JobEnded(new JobId(1), new Ending.Succeeded(), new JobSummary(1, 0, 1, 0, metrics)));
    }
}

package dev.capstan.driver.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.engine.id.JobId;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class WaitingJobTest {
    private final WaitingJob<String> job =
            new WaitingJob<>(new JobId(3), 3, bytes -> new String(bytes, StandardCharsets.UTF_8), _ -> {});

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void resultsAreSeenAsTheyArriveInTheOrderOfThePartitions() throws InterruptedException {
        assertThat(job.soFar()).isEmpty();
        job.arrive(2, bytes("c"));
        job.arrive(0, bytes("a"));
        assertThat(job.soFar()).containsExactly("a", "c");
        job.arrive(1, bytes("b"));
        job.end(new Ending.Succeeded());
        assertThat(job.soFar()).containsExactly("a", "b", "c");
        assertThat(job.get()).containsExactly("a", "b", "c");
    }

    @Test
    void aFailureIsToldToWhoeverLooks() {
        job.arrive(0, bytes("a"));
        job.end(new Ending.Failed("it broke"));
        assertThatThrownBy(job::soFar).isInstanceOf(JobFailedException.class).hasMessage("it broke");
    }
}

package dev.capstan.driver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class CollectionDueTest {
    private static final long BYTES = 100 << 20;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final CollectionDue due = new CollectionDue(BYTES);

    @Test
    void itIsDueOnceJobsHaveWrittenSoMuch() {
        assertThat(due.after(BYTES / 2, 1, 0)).isFalse();
        assertThat(due.after(BYTES / 2, 1, 0)).isTrue();
    }

    @Test
    void jobsWithoutShufflesDoNotCount() {
        assertThat(due.after(0, 1_000_000, 0)).isFalse();
    }

    @Test
    void manySmallOutputsCountAsWell() {
        assertThat(due.after(1, 1_000, 0)).isFalse();
        assertThat(due.after(1, 1_000, 0)).isTrue();
    }

    @Test
    void itCountsAnewFromEachBeginning() {
        assertThat(due.after(BYTES, 1, 0)).isTrue();
        due.began();
        due.ended(0, Duration.ZERO);
        assertThat(due.after(BYTES / 2, 1, 0)).isFalse();
        assertThat(due.after(BYTES / 2, 1, 0)).isTrue();
    }

    @Test
    void noneIsDueWhileOneIsUnderWay() {
        due.began();
        assertThat(due.after(BYTES, 1, 1_000 * SECOND)).isFalse();
    }

    @Test
    void whatTakesLongIsDueSeldom() {
        due.began();
        due.ended(SECOND, Duration.ofSeconds(1));
        assertThat(due.after(BYTES, 1, 50 * SECOND)).isFalse();
        assertThat(due.after(0, 0, 51 * SECOND)).as("what was written has not been forgotten").isTrue();
    }
}

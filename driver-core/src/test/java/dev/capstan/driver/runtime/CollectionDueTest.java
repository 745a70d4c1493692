package dev.capstan.driver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class CollectionDueTest {
    private static final long BYTES = 100 << 20;

    private final CollectionDue due = new CollectionDue(BYTES);

    @Test
    void itIsDueOnceJobsHaveWrittenSoMuch() {
        due.add(BYTES / 2, 1);
        assertThat(due.isDue()).isFalse();
        due.add(BYTES / 2, 1);
        assertThat(due.isDue()).isTrue();
    }

    @Test
    void jobsWithoutShufflesDoNotCount() {
        due.add(0, 1_000_000);
        assertThat(due.isDue()).isFalse();
    }

    @Test
    void manySmallOutputsCountAsWell() {
        due.add(1, 1_000);
        assertThat(due.isDue()).isFalse();
        due.add(1, 1_000);
        assertThat(due.isDue()).isTrue();
    }

    @Test
    void itCountsAnewFromEachBeginning() {
        due.add(BYTES, 1);
        due.begin();
        due.add(BYTES / 2, 1);
        assertThat(due.isDue()).isFalse();
        due.add(BYTES / 2, 1);
        assertThat(due.isDue()).isTrue();
    }

    @Test
    void whatTakesLongIsDoneSeldom() {
        assertThat(CollectionDue.restAfter(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(50));
    }
}

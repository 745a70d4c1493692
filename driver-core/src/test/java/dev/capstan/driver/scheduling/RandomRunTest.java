package dev.capstan.driver.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RandomRunTest {
    private static final int SEEDS = Integer.getInteger("capstan.test.seeds", 2_000);

    @Test
    void whateverHappensNothingIsCountedTwiceAndEverythingEnds() {
        long events = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            var run = new RandomRun(seed);
            try {
                run.run(150);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
            events += run.events();
        }
        assertThat(events).isGreaterThan(50L * SEEDS);
    }
}

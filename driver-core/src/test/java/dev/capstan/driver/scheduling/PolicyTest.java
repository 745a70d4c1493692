package dev.capstan.driver.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.scheduling.PlacingOrder.Share;
import dev.capstan.driver.scheduling.PoolSettings.Pool;
import dev.capstan.driver.scheduling.SchedulingConfig.OrderMode;
import dev.capstan.driver.scheduling.SchedulingConfig.QueueAhead;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The policies that are pure functions, by tables. */
class PolicyTest {
    @Test
    void needyPoolsGoFirstThenThoseThatUseLeastForTheirWeightThenByName() {
        List<Share> inOrder =
                List.of(
                        new Share("needy-a", 1, 4, 1000), // a quarter of its minimum
                        new Share("needy-b", 9, 2, 1000), // half of its minimum
                        new Share("idle", 1, 0, 0),
                        new Share("light", 4, 0, 4000),
                        new Share("light-too", 2, 2, 2000), // its minimum is met
                        new Share("heavy", 1, 0, 2000));
        var shuffled = new ArrayList<>(inOrder);
        Collections.reverse(shuffled);
        shuffled.sort(PlacingOrder::compare);

        assertThat(shuffled).isEqualTo(inOrder);
    }

    @ParameterizedTest
    @CsvSource({
        "0,       0", // nothing is known
        "10000,   64",
        "100000,  20",
        "1000000, 2",
        "3000000, 1",
        "4999999, 1",
        "5000000, 0",
        "9000000, 0",
    })
    void queuesHoldAboutTwoMillisecondsOfShortTasks(double meanNanos, int depth) {
        assertThat(QueuePolicy.depth(QueueAhead.defaults(), meanNanos)).isEqualTo(depth);
        assertThat(QueuePolicy.depth(QueueAhead.off(), meanNanos)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // waiting, slots, mean, remaining, keep
        "10, 0, 100, 1000, 0", // the place is gone
        "10, 2, 100, 0, 0", // the time is over
        "10, 2, 0, 1000, 10", // nothing is known
        "10, 1, 100, 1000, 10",
        "10, 1, 200, 1000, 5",
        "10, 2, 400, 1000, 5",
        "10, 2, 5000, 1000, 0",
    })
    void tasksWaitForAPlaceAsLongAsItsBacklogIsDoneInTime(
            int waiting, int slots, double meanNanos, long remainingNanos, int keep) {
        assertThat(LocalityPolicy.keep(waiting, slots, meanNanos, remainingNanos)).isEqualTo(keep);
    }

    @Test
    void theNextLookIsWhenFewerTasksWouldWait() {
        assertThat(LocalityPolicy.nextLookNanos(4, 2, 100, false, 1000)).isEqualTo(800);
        assertThat(LocalityPolicy.nextLookNanos(4, 2, 0, true, 900)).isEqualTo(300);
        assertThat(LocalityPolicy.nextLookNanos(0, 2, 100, false, 1000)).isEqualTo(1000);
        assertThat(LocalityPolicy.nextLookNanos(99, 1, 100, false, 1000)).isZero();
    }

    @Test
    void poolsAreReadLineByLine() {
        PoolSettings settings =
                PoolFile.parse(
                        """
                        # who shares
                        pool production weight=3 minShare=2 order=fair

                        pool research   order=fifo # the rest
                        """);

        assertThat(settings.pools())
                .containsExactly(
                        new Pool("production", 3, 2, OrderMode.FAIR), new Pool("research", 1, 0, OrderMode.FIFO));
        assertThat(settings.named("nobody-said")).isEqualTo(new Pool("nobody-said", 1, 0, OrderMode.FIFO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pol a                 | line 1, at \"pol\": a line begins with the word pool",
                "pool                  | line 1, at \"pool\": the name of the pool comes after",
                "pool weight=2         | line 1, at \"weight=2\": the name of the pool comes after",
                "pool a weight=0       | line 1, at \"weight=0\": a whole number from 1",
                "pool a weight=two     | line 1, at \"weight=two\": a whole number from 1",
                "pool a minShare=-1    | line 1, at \"minShare=-1\": a whole number from 0",
                "pool a order=lifo     | line 1, at \"order=lifo\": order is fifo or fair",
                "pool a size=3         | line 1, at \"size=3\": a pool has weight=, minShare= and order=",
                "pool a weight=1 weight=2 | line 1, at \"weight=2\": weight is given twice",
            })
    void whatIsWrongInAPoolsFileIsNamedByLineAndWord(String text, String message) {
        assertThatThrownBy(() -> PoolFile.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(() -> PoolFile.parse("# first\n\n" + text))
                .hasMessageContaining(message.replace("line 1", "line 3"));
    }

    @Test
    void quantilesAreWithinABucket() {
        var histogram = new DurationHistogram();
        for (int millis = 1; millis <= 1000; millis++) {
            histogram.add(Duration.ofMillis(millis).toNanos());
        }

        assertThat((double) histogram.quantile(0.5)).isBetween(500e6, 500e6 * 1.13);
        assertThat((double) histogram.quantile(0.9)).isBetween(900e6, 900e6 * 1.13);
        assertThat(new DurationHistogram().quantile(0.5)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "250000000, 250 ms",
        "3500000000, 3.5 s",
        "4000000000, 4 s",
        "12000000000, 12 s",
        "60000000000, 1 min",
        "250000000000, 4 min 10 s",
        "3720000000000, 1 h 2 min",
    })
    void durationsAreWrittenToTwoUnits(long nanos, String text) {
        assertThat(Texts.duration(nanos)).isEqualTo(text);
    }

    @Test
    void settingsThatMakeNoSenseAreRefusedWithTheirKey() {
        assertThatThrownBy(() -> new SchedulingConfig.QueueAhead(Duration.ofMillis(5), Duration.ofMillis(2), 65))
                .hasMessageContaining("capstan.scheduler.queueAhead.max is 65");
        assertThatThrownBy(() ->
                        new SchedulingConfig.Speculation(true, Duration.ofMillis(1), 1.5, 3, Duration.ofMillis(1)))
                .hasMessageContaining("capstan.speculation.quantile is 1.5");
        assertThatThrownBy(() -> new SchedulingConfig.Exclusion(true, 0, 2, 2, 2, 2, Duration.ofHours(1)))
                .hasMessageContaining("capstan.exclusion.task.executor is 0");
    }
}

package dev.capstan.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.Random;

class HyperLogLogTest {
    @Test
    void theErrorStaysWithinWhatWasAskedFor() {
        for (double error : new double[] {0.2, 0.05, 0.01}) {
            for (int different : new int[] {100, 1_000, 30_000, 200_000}) {
                double squares = 0;
                int runs = different > 50_000 ? 5 : 20;
                for (int run = 0; run < runs; run++) {
                    Random random = new Random(31L * run + different);
                    HyperLogLog counter = HyperLogLog.ofError(error);
                    for (int i = 0; i < different; i++) {
                        counter.add(random.nextLong());
                    }
                    double off = (double) counter.estimate() / different - 1;
                    assertThat(off).isCloseTo(0, within(4.5 * error));
                    squares += off * off;
                }
                assertThat(Math.sqrt(squares / runs)).isLessThan(1.6 * error);
            }
        }
    }

    @Test
    void fewValuesAreCountedExactly() {
        HyperLogLog counter = HyperLogLog.ofError(0.01);
        for (int i = 0; i < 3_000; i++) {
            counter.add("value " + i % 500);
        }
        assertThat(counter.estimate()).isEqualTo(500);
    }

    @Test
    void mergedCountersCountLikeOne() {
        for (int size : new int[] {10, 300, 20_000}) {
            HyperLogLog all = HyperLogLog.ofError(0.05);
            HyperLogLog even = HyperLogLog.ofError(0.05);
            HyperLogLog third = HyperLogLog.ofError(0.05);
            for (int i = 0; i < size; i++) {
                (i % 2 == 0 ? even : third).add(i);
                if (i % 3 == 0) {
                    third.add(i);
                }
                all.add(i);
            }
            assertThat(even.merge(third).estimate()).isEqualTo(all.estimate());
            assertThat(HyperLogLog.ofError(0.05).merge(all).estimate()).isEqualTo(all.estimate());
        }
    }

    @Test
    void equalValuesOfDifferentClassesHashAlike() {
        List<Object> list = new ArrayList<>(Arrays.asList(1, "a", null));
        assertThat(ValueHash.of(list)).isEqualTo(ValueHash.of(new LinkedList<>(list)));
        assertThat(ValueHash.of(Pair.of("a", 1))).isEqualTo(ValueHash.of(Pair.of("a", 1)));
        assertThat(ValueHash.of(Pair.of("a", 1))).isNotEqualTo(ValueHash.of(Pair.of(1, "a")));
    }

    @Test
    void anErrorThatCannotBeKeptIsRefused() {
        for (double error : new double[] {0, -1, 1, 1e-9, Double.NaN}) {
            assertThatThrownBy(() -> HyperLogLog.ofError(error))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("below 1, not " + error);
        }
    }
}

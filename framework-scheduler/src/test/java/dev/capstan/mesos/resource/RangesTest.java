package dev.capstan.mesos.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

class RangesTest {
    private static final int SEEDS = 1_000;
    private static final int BELOW = 64;

    @Test
    void overlappingAndAdjacentRangesAreOneInWhateverOrderTheyCome() {
        var ranges = new Ranges(List.of(new Range(20, 30), new Range(1, 4), new Range(5, 9), new Range(25, 40)));
        assertThat(ranges.parts()).containsExactly(new Range(1, 9), new Range(20, 40));
        assertThat(ranges).hasToString("[1-9, 20-40]");
    }

    @Test
    void arithmeticIsThatOfSetsOfNumbers() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomResources(new Random(seed));
            BitSet left = random.bits(0, BELOW);
            BitSet right = random.bits(0, BELOW);
            Ranges a = RandomResources.ranges(left);
            Ranges b = RandomResources.ranges(right);
            assertThat(RandomResources.bits(a)).as("seed %s", seed).isEqualTo(left);
            assertThat(a.count()).as("seed %s", seed).isEqualTo(left.cardinality());
            assertThat(RandomResources.bits(a.plus(b))).as("seed %s", seed).isEqualTo(or(left, right));
            assertThat(RandomResources.bits(a.minus(b))).as("seed %s", seed).isEqualTo(andNot(left, right));
            assertThat(RandomResources.bits(a.and(b))).as("seed %s", seed).isEqualTo(andNot(left, andNot(left, right)));
            assertThat(a.contains(b)).as("seed %s", seed).isEqualTo(andNot(right, left).isEmpty());
            for (int number = 0; number < BELOW; number++) {
                assertThat(a.contains(number)).as("seed %s", seed).isEqualTo(left.get(number));
            }
        }
    }

    @Test
    void noTwoPartsTouchAndTheyAscend() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomResources(new Random(seed));
            Ranges ranges =
                    RandomResources.ranges(random.bits(0, BELOW)).minus(RandomResources.ranges(random.bits(0, BELOW)));
            for (int i = 1; i < ranges.parts().size(); i++) {
                assertThat(ranges.parts().get(i).first())
                        .as("seed %s", seed)
                        .isGreaterThan(ranges.parts().get(i - 1).last() + 1);
            }
        }
    }

    @Test
    void theLeastNumbersAreTakenFirst() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            BitSet bits = new RandomResources(random).bits(0, BELOW);
            int most = random.nextInt(BELOW);
            List<Long> expected = bits.stream().limit(most).mapToObj(bit -> (long) bit).toList();
            List<Long> taken = new ArrayList<>();
            RandomResources.bits(RandomResources.ranges(bits).least(most)).stream()
                    .forEach(bit -> taken.add((long) bit));
            assertThat(taken).as("seed %s", seed).isEqualTo(expected);
        }
    }

    @Test
    void theEndsOfLargeRangesDoNotOverflow() {
        long last = Long.MAX_VALUE - 1;
        Ranges all = Ranges.of(0, last);
        assertThat(all.count()).isEqualTo(Long.MAX_VALUE);
        assertThat(all.minus(all).isEmpty()).isTrue();
        assertThat(all.plus(Ranges.of(last, last))).isEqualTo(all);
    }

    @Test
    void aRangeThatEndsBeforeItBeginsIsRefused() {
        assertThatThrownBy(() -> new Range(5, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5-4");
    }

    private static BitSet or(BitSet left, BitSet right) {
        var both = (BitSet) left.clone();
        both.or(right);
        return both;
    }

    private static BitSet andNot(BitSet left, BitSet right) {
        var rest = (BitSet) left.clone();
        rest.andNot(right);
        return rest;
    }
}

package dev.capstan.engine.accumulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Serializer;

import org.junit.jupiter.api.Test;

import java.util.List;

class AccumulatorTest {
    private final Serializer serializer = new CompactSerializer();
    private final ClassLoader loader = getClass().getClassLoader();
    private final Accumulators accumulators = new Accumulators(serializer, loader);

    record Longest() implements Accumulation<String, String, String> {
        @Override
        public String zero() {
            return "";
        }

        @Override
        public String add(String longest, String word) {
            return word.length() > longest.length() ? word : longest;
        }

        @Override
        public String merge(String left, String right) {
            return add(left, right);
        }

        @Override
        public String value(String longest) {
            return longest;
        }
    }

    record Broken() implements Accumulation<String, String, String> {
        @Override
        public String zero() {
            return "";
        }

        @Override
        public String add(String state, String element) {
            return state + element;
        }

        @Override
        public String merge(String left, String right) {
            throw new IllegalStateException("no merging today");
        }

        @Override
        public String value(String state) {
            return state;
        }
    }

    private static <A> A travelled(A accumulator) {
        var java = new JavaSerializer();
        return java.deserialize(java.serialize(accumulator), AccumulatorTest.class.getClassLoader());
    }

    /** What a task that does this tells. */
    private List<AccumulatorUpdate> task(Runnable body) {
        var tally = new Tally();
        tally.bind().run(body);
        return tally.updates(serializer);
    }

    @Test
    void numbersOfSeveralTasksAddUpWithTheirCount() {
        LongAccumulator sum = accumulators.ofLongs("sum");
        LongAccumulator part = travelled(sum);
        accumulators.arrive(task(() -> part.add(5)));
        accumulators.arrive(
                task(() -> {
                    part.add(6);
                    part.add(Long.valueOf(7));
                }));
        assertThat(sum.value()).isEqualTo(18);
        assertThat(sum.count()).isEqualTo(3);
        assertThat(sum.average()).isEqualTo(6);
    }

    @Test
    void fractionsAndElementsAddUpToo() {
        DoubleAccumulator sum = accumulators.ofDoubles("sum");
        Accumulator<String, List<String>> words = accumulators.ofElements("words");
        DoubleAccumulator part = travelled(sum);
        Accumulator<String, List<String>> wordPart = travelled(words);
        accumulators.arrive(
                task(() -> {
                    part.add(0.5);
                    wordPart.add("a");
                    part.add(1.0);
                    wordPart.add("b");
                }));
        accumulators.arrive(task(() -> wordPart.add("c")));
        assertThat(sum.value()).isEqualTo(1.5);
        assertThat(words.value()).containsExactly("a", "b", "c");
    }

    @Test
    void anOwnKindAddsUp() {
        Accumulator<String, String> longest = accumulators.of("longest", new Longest());
        Accumulator<String, String> part = travelled(longest);
        accumulators.arrive(task(() -> part.add("horse")));
        accumulators.arrive(task(() -> part.add("cat")));
        longest.add("elephant");
        assertThat(longest.value()).isEqualTo("elephant");
    }

    @Test
    void aTaskCannotReadAndIsToldWhoCan() {
        LongAccumulator sum = accumulators.ofLongs("sum");
        assertThatThrownBy(() -> task(sum::value))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("accumulator 'sum'")
                .hasMessageContaining("the driver reads the value");
        assertThatThrownBy(() -> travelled(sum).value()).hasMessageContaining("runs no task");
    }

    @Test
    void theDriversOwnObjectUsedWithinATaskCountsForTheTask() {
        LongAccumulator sum = accumulators.ofLongs("sum");
        List<AccumulatorUpdate> updates = task(() -> sum.add(3));
        assertThat(sum.value()).isZero();
        accumulators.arrive(updates);
        assertThat(sum.value()).isEqualTo(3);
    }

    @Test
    void aResetBeginsAtNothing() {
        LongAccumulator sum = accumulators.ofLongs("");
        sum.add(4);
        assertThat(sum.isZero()).isFalse();
        sum.reset();
        assertThat(sum.isZero()).isTrue();
        assertThat(sum.value()).isZero();
    }

    @Test
    void whatCannotBeMergedIsToldWhenTheValueIsRead() {
        Accumulator<String, String> broken = accumulators.of("broken", new Broken());
        Accumulator<String, String> part = travelled(broken);
        accumulators.arrive(task(() -> part.add("a")));
        accumulators.arrive(task(() -> part.add("b")));
        assertThatThrownBy(broken::value)
                .hasMessageContaining("accumulator 'broken'")
                .hasMessageContaining("no merging today");
    }

    @Test
    void aStateThatCannotTravelFailsWithTheNameOfItsAccumulator() {
        Accumulator<Object, List<Object>> things = accumulators.ofElements("things");
        Accumulator<Object, List<Object>> part = travelled(things);
        assertThatThrownBy(() -> task(() -> part.add(new Object()))).hasMessageContaining("accumulator 'things'");
    }

    @Test
    void thousandsOfUpdatesThatNobodyReadsAreMergedAllTheSame() {
        LongAccumulator sum = accumulators.ofLongs("sum");
        LongAccumulator part = travelled(sum);
        List<AccumulatorUpdate> one = task(() -> part.add(1));
        for (int i = 0; i < 10_000; i++) {
            accumulators.arrive(one);
        }
        assertThat(sum.value()).isEqualTo(10_000);
    }
}

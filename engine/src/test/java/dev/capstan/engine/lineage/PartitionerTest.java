package dev.capstan.engine.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.kernel.serialization.JavaSerializer;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

class PartitionerTest {
    private static List<Pair<Integer, Double>> sample(int... keys) {
        return IntStream.of(keys).mapToObj(key -> Pair.of(key, 1.0)).toList();
    }

    private static final SerializableComparator<Integer> NATURAL = SerializableComparator.natural();

    @Test
    void hashesAreRightForNullsNegativesAndEnums() {
        HashPartitioner partitioner = new HashPartitioner(7);
        assertThat(partitioner.partitionOf(null)).isZero();
        assertThat(partitioner.partitionOf(-1)).isEqualTo(6);
        assertThat(partitioner.partitionOf(Integer.MIN_VALUE)).isBetween(0, 6);
        assertThat(partitioner.partitionOf(TimeUnit.DAYS)).isEqualTo(Math.floorMod("DAYS".hashCode(), 7));
        assertThatThrownBy(() -> partitioner.partitionOf(new int[] {1}))
                .hasMessage(
                        "an array (int[]) cannot be a key, because arrays of equal content are not equal; use a List"
                                + " or a record");
        assertThat(partitioner).isEqualTo(new HashPartitioner(7)).isNotEqualTo(new HashPartitioner(8));
    }

    @Test
    void rangesAreInOrderAndNearlyEven() {
        int[] keys = IntStream.range(0, 1000).map(i -> i * 7919 % 1000).toArray();
        RangePartitioner<Integer> partitioner = RangePartitioner.ofSample(sample(keys), 7, NATURAL, "sortByKey");
        assertThat(partitioner.partitions()).isEqualTo(7);
        int[] sizes = new int[7];
        int last = 0;
        for (int key = 0; key < 1000; key++) {
            int partition = partitioner.partitionOf(key);
            assertThat(partition).isGreaterThanOrEqualTo(last);
            last = partition;
            sizes[partition]++;
        }
        assertThat(IntStream.of(sizes)).allMatch(size -> size >= 140 && size <= 146);
    }

    @Test
    void descendingRangesAreInOrderToo() {
        RangePartitioner<Integer> partitioner =
                RangePartitioner.ofSample(sample(1, 2, 3, 4), 2, NATURAL.reversed(), "sortByKey");
        assertThat(partitioner.partitionOf(4)).isZero();
        assertThat(partitioner.partitionOf(1)).isEqualTo(1);
    }

    @Test
    void fewKeysMakeFewPartitionsAndNoSampleMakesOne() {
        assertThat(RangePartitioner.ofSample(sample(5, 5, 5), 10, NATURAL, "sortByKey").partitions())
                .isLessThanOrEqualTo(2);
        assertThat(RangePartitioner.ofSample(List.of(), 10, NATURAL, "sortByKey").partitions()).isEqualTo(1);
    }

    @Test
    void aHeavyKeyWeighsWhatItStandsFor() {
        List<Pair<Integer, Double>> sample =
                List.of(Pair.of(1, 97.0), Pair.of(2, 1.0), Pair.of(3, 1.0), Pair.of(4, 1.0));
        RangePartitioner<Integer> partitioner = RangePartitioner.ofSample(sample, 2, NATURAL, "sortByKey");
        assertThat(partitioner.partitionOf(1)).isZero();
        assertThat(partitioner.partitionOf(2)).isEqualTo(1);
    }

    @Test
    void rangesAreEqualByBoundsAndOrderAlsoAfterATrip() {
        JavaSerializer serializer = new JavaSerializer();
        RangePartitioner<Integer> partitioner = RangePartitioner.ofSample(sample(1, 2, 3), 3, NATURAL, "sortByKey");
        Object back = serializer.deserialize(serializer.serialize(partitioner), getClass().getClassLoader());
        assertThat(back).isEqualTo(partitioner).hasSameHashCodeAs(partitioner);
        assertThat(partitioner)
                .isNotEqualTo(RangePartitioner.ofSample(sample(1, 2, 3), 3, NATURAL.reversed(), "sortByKey"));
        assertThat(partitioner).isNotEqualTo(RangePartitioner.ofSample(sample(1, 2, 9), 2, NATURAL, "sortByKey"));
    }
}

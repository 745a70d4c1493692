package dev.capstan.engine.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.serialization.CompactSerializer;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class AsBarrierTest {
    private static Lineage<Integer> local(int partitions) {
        return LocalCollection.of(
                Nodes.origin("parallelize"),
                IntStream.range(0, partitions).boxed().toList(),
                partitions,
                new CompactSerializer());
    }

    private static Lineage<Integer> mapped(Lineage<Integer> parent) {
        return new Mapped<>(Nodes.origin("map"), parent, value -> value, null);
    }

    private static Lineage<Integer> barrier(Lineage<Integer> parent) {
        return new AsBarrier<>(Nodes.origin("barrier"), parent);
    }

    private static Lineage<Integer> union(Lineage<Integer> one, Lineage<Integer> other) {
        return UnionOf.of(Nodes.origin("union"), List.of(one, other));
    }

    @Test
    void aStageIsOneOfBarriersFromTheBarrierOn() {
        assertThat(AsBarrier.within(mapped(local(3)))).isFalse();
        assertThat(AsBarrier.within(mapped(barrier(mapped(local(3)))))).isTrue();
        assertThat(AsBarrier.within(barrier(mapped(barrier(local(3)))))).isTrue();
    }

    @Test
    void whatComesBeforeTheBarrierMayHaveAnyPartitions() {
        assertThat(AsBarrier.within(mapped(barrier(union(local(1), local(2)))))).isTrue();
    }

    @Test
    void aUnionBehindTheBarrierIsRefused() {
        assertThatThrownBy(() -> AsBarrier.within(union(mapped(barrier(local(3))), local(2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 5 tasks")
                .hasMessageContaining("'barrier'")
                .hasMessageContaining("has 3 partitions")
                .hasMessageContaining("put a shuffle between them");
    }

    @Test
    void passingTheBarrierTwiceInOneTaskIsRefused() {
        Lineage<Integer> once = mapped(barrier(local(2)));
        var zipped = new Zipped<Integer, Integer>(Nodes.origin("zip"), once, once);
        assertThatThrownBy(() -> AsBarrier.within(zipped))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'zip'")
                .hasMessageContaining("in more than one way");
    }
}

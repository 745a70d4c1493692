package dev.capstan.engine.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.CompactSerializer;

import org.junit.jupiter.api.Test;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

class StageInputsPlanTest {
    private static Lineage<Integer> local(int partitions) {
        return LocalCollection.of(
                Nodes.origin("parallelize"),
                IntStream.range(0, partitions).boxed().toList(),
                partitions,
                new CompactSerializer());
    }

    private static <T> Lineage<T> mapped(Lineage<T> parent) {
        return new Mapped<>(Nodes.origin("map"), parent, value -> value, null);
    }

    private static List<String> slices(Lineage<?> dataset, int partition) {
        return StageInputsPlan.of(dataset).slices(partition).stream()
                .map(slice -> slice.dataset().number() + "/" + slice.partition())
                .toList();
    }

    @Test
    void aChainTakesTheSamePartitionOfItsSource() {
        Lineage<Integer> source = local(3);
        assertThat(StageInputsPlan.of(mapped(mapped(source))).slices(2))
                .isEqualTo(List.of(source.slice(2).orElseThrow()));
    }

    @Test
    void unionAndCoalesceLeadToTheRightPartitions() {
        Lineage<Integer> a = local(3);
        Lineage<Integer> b = local(2);
        Lineage<Integer> union = UnionOf.of(Nodes.origin("union"), List.of(mapped(a), b, a));
        int first = a.id().number();
        int second = b.id().number();
        assertThat(IntStream.range(0, 8).mapToObj(partition -> slices(mapped(union), partition)))
                .containsExactly(
                        List.of(first + "/0"),
                        List.of(first + "/1"),
                        List.of(first + "/2"),
                        List.of(second + "/0"),
                        List.of(second + "/1"),
                        List.of(first + "/0"),
                        List.of(first + "/1"),
                        List.of(first + "/2"));
        Lineage<Integer> few = new Coalesced<>(Nodes.origin("coalesce"), union, 3);
        assertThat(slices(few, 1)).containsExactly(first + "/2", second + "/0", second + "/1");
        Lineage<Pair<Integer, Integer>> zip = new Zipped<>(Nodes.origin("zip"), few, mapped(few));
        assertThat(slices(zip, 0)).containsExactly(first + "/0", first + "/1");
    }

    @Test
    void aStageEndsAtItsShuffles() {
        Lineage<Pair<Integer, Integer>> pairs =
                new Mapped<>(Nodes.origin("map"), local(2), value -> Pair.of(value, value), null);
        ShuffleDependency<Integer, Integer, Integer> dependency =
                new ShuffleDependency<>(pairs, new ShuffleId(3), "", new HashPartitioner(4), null, null);
        Lineage<?> read = mapped(new Shuffled<>(Nodes.origin("partitionBy"), dependency));
        StageInputsPlan plan = StageInputsPlan.of(read);
        assertThat(plan.shuffles()).isEqualTo(List.of(dependency));
        assertThat(LineageWalk.shuffles(read, _ -> false)).isEqualTo(List.of(dependency));
        assertThat(LineageWalk.shuffles(read, node -> node == read)).isEmpty();
        assertThat(LineageWalk.parentsFirst(read)).hasSize(2);
        assertThat(LineageWalk.everything(read)).hasSize(4);
    }

    @Test
    void cachedPartitionsAreNamedNearestFirst() {
        Lineage<Integer> source = local(4);
        Lineage<Integer> far = mapped(source);
        far.store(StorageLevel.MEMORY_ONLY);
        Lineage<Integer> near = mapped(new Coalesced<>(Nodes.origin("coalesce"), far, 2));
        near.store(StorageLevel.MEMORY_ONLY);
        assertThat(StageInputsPlan.of(near).cached(1))
                .containsExactly(
                        new BlockId.CachedPartition(near.id(), 1),
                        new BlockId.CachedPartition(far.id(), 2),
                        new BlockId.CachedPartition(far.id(), 3));
        assertThat(LineageWalk.persistent(near)).isEqualTo(List.of(far, near));
    }

    /** A dataset of the user's own, which knows where it lies. */
    private static final class Placed extends Lineage<String> {
        private static final long serialVersionUID = 1L;

        Placed() {
            super(Nodes.origin("placed"), 3, List.of(), null);
        }

        @Override
        public List<String> preferredHosts(int partition) {
            return List.of("host-" + partition);
        }

        @Override
        protected Iterator<String> compute(int partition, TaskContext task) {
            return none();
        }
    }

    @Test
    void preferredHostsComeFromTheSource() {
        StageInputsPlan plan = StageInputsPlan.of(mapped(new Placed()));
        assertThat(plan.preferredHosts(2)).containsExactly("host-2");
        assertThat(plan.slices(2)).isEqualTo(List.<SourceSlice>of());
    }

    @Test
    void manyUnionsOfThemselvesAreNoTree() {
        Lineage<Integer> node = local(1);
        for (int i = 0; i < 16; i++) {
            node = UnionOf.of(Nodes.origin("union"), List.of(node, node));
        }
        assertThat(node.partitionCount()).isEqualTo(1 << 16);
        assertThat(StageInputsPlan.of(node).slices(54_321)).hasSize(1);
    }
}

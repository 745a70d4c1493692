package dev.capstan.driver;

import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.lineage.CoGrouped;
import dev.capstan.engine.lineage.Dependency;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.NarrowDependency;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.Partitioner;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.operator.PairFunctions;

import java.util.ArrayList;
import java.util.List;

/** Bringing together the pairs of several datasets that have equal keys: what joins and cogroups are made of. */
final class Sides {
    private Sides() {}

    /** For each key its values in each of the datasets. */
    static <K> PairRdd<K, List<List<Object>>> grouped(String operator, List<PairRdd<K, ?>> sides, int partitions) {
        CapstanContext context = sides.getFirst().context();
        sides.forEach(side -> Checks.sameContext(context, side, operator));
        Checks.partitions(partitions, operator);
        return grouped(operator, sides, partitionerFor(sides, partitions));
    }

    @SuppressWarnings("unchecked") // the pairs that this kind of join makes
    static <K, P> PairRdd<K, P> joined(
            String operator, PairRdd<K, ?> left, PairRdd<K, ?> right, int partitions, PairFunctions.Join kind) {
        Checks.sameContext(left.context(), right, operator);
        return grouped(operator, List.of(left, right), partitions)
                .flatMapped(operator, (FlatFn<List<List<Object>>, P>) (FlatFn<?, ?>) kind);
    }

    /**
     * The pairs of the one, depending on whether their keys are in the other. Of the other, and of the one if {@code
     * once}, each key is sent once only.
     */
    @SuppressWarnings("unchecked") // nothing looks at the other's values
    static <K, V> PairRdd<K, V> chosen(
            String operator,
            PairRdd<K, V> one,
            PairRdd<K, ?> other,
            int partitions,
            PairFunctions.FirstOfTwo kind,
            boolean once) {
        Partitioner partitioner = partitionerFor(List.of(one, other), partitions);
        PairRdd<K, ?> keysThere =
                other.<Object>mapped(operator, (Fn<Object, Object>) (Fn<?, ?>) PairFunctions.Nothing.INSTANCE)
                        .onePerKey(operator, partitioner);
        PairRdd<K, V> here = once ? one.<V>onePerKey(operator, partitioner) : one;
        return grouped(operator, List.of(here, keysThere), partitioner)
                .flatMapped(operator, (FlatFn<List<List<Object>>, V>) (FlatFn<?, ?>) kind);
    }

    private static <K> PairRdd<K, List<List<Object>>> grouped(
            String operator, List<PairRdd<K, ?>> sides, Partitioner partitioner) {
        CapstanContext context = sides.getFirst().context();
        Origin origin = context.origin(operator);
        List<Dependency<?>> parents = new ArrayList<>();
        sides.forEach(side -> parents.add(parent(side, origin, partitioner)));
        return new PairRdd<>(context, new CoGrouped<>(origin, parents, partitioner));
    }

    /** One that some side has already, so that this side need not be shuffled. */
    private static Partitioner partitionerFor(List<? extends PairRdd<?, ?>> sides, int partitions) {
        return sides.stream()
                .flatMap(side -> side.partitioner().stream())
                .filter(partitioner -> partitioner.partitions() == partitions)
                .findFirst()
                .orElseGet(() -> new HashPartitioner(partitions));
    }

    private static Dependency<?> parent(PairRdd<?, ?> side, Origin origin, Partitioner partitioner) {
        if (partitioner.equals(side.partitioner().orElse(null))) {
            return new NarrowDependency.OneToOne<>(side.lineage());
        }
        return ShuffleDependency.grouped(side.lineage(), side.context().newShuffle(), Rdd.reader(origin), partitioner);
    }
}

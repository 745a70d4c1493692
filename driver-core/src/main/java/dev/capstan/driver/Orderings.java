package dev.capstan.driver;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.RangePartitioner;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.Actions.Sampled;
import dev.capstan.engine.operator.OrderFunctions;
import dev.capstan.kernel.serialization.NotSerializableClosureException;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What operators that know an order have in common. */
final class Orderings {
    /** Enough keys of each wanted partition for bounds that are within a few percent. */
    private static final int SAMPLES_PER_PARTITION = 60;

    /** Of a source that can leave elements out, so many are looked at for each that is wanted. */
    private static final int LOOKS_PER_SAMPLE = 16;

    private static final int MOST_SAMPLES = 1_000_000;

    private Orderings() {}

    /** The comparator if it may travel to executors. */
    @SuppressWarnings("unchecked") // who compares T's may compare its subclass's
    static <T> SerializableComparator<T> checked(CapstanContext context, Comparator<? super T> order, String operator) {
        Checks.given(order, operator, "a comparator");
        if (!(order instanceof Serializable)) {
            throw new NotSerializableClosureException(
                    operator
                            + " at "
                            + CallSites.here()
                            + ": the comparator, a "
                            + order.getClass().getTypeName()
                            + ", is not serializable and cannot be sent to executors. Write it as a lambda or method"
                            + " reference right in the call, give the variable the type SerializableComparator, or let"
                            + " its class implement java.io.Serializable.",
                    new java.io.NotSerializableException(order.getClass().getName()));
        }
        return SerializableComparator.of((Comparator<T>) context.function(order, operator), operator);
    }

    /** Natural order or its reverse. */
    static <T> SerializableComparator<T> natural(boolean ascending, String operator) {
        SerializableComparator<T> natural = SerializableComparator.natural(operator);
        return ascending ? natural : natural.reversed();
    }

    /** Cuts the keys into ranges with about as many pairs each, by a job that samples them. */
    static <K> RangePartitioner<K> ranges(
            PairRdd<K, ?> pairs, SerializableComparator<? super K> order, int partitions, String operator) {
        List<Pair<K, Double>> sample =
                partitions == 1 || pairs.partitionCount() == 0 ? List.of() : sample(pairs, partitions, operator);
        return RangePartitioner.ofSample(sample, partitions, order, operator + " at " + CallSites.here());
    }

    /** Looks at a few elements if the source lets them be had alone, and at all if those are not enough. */
    private static <K> List<Pair<K, Double>> sample(PairRdd<K, ?> pairs, int partitions, String operator) {
        long wanted = Math.min(MOST_SAMPLES, (long) partitions * SAMPLES_PER_PARTITION);
        int perPartition = (int) Math.max(1, Math.ceilDiv(wanted, pairs.partitionCount()));
        List<Sampled<K>> few =
                thinned(pairs.lineage(), perPartition)
                        .map(lineage -> sample(pairs, lineage, perPartition, operator))
                        .orElse(List.of());
        long apart = few.stream().mapToLong(sampled -> Math.min(sampled.sources(), perPartition)).sum();
        return weighted(apart >= wanted ? few : sample(pairs, pairs.lineage(), perPartition, operator));
    }

    private static <K, V> Optional<Lineage<Pair<K, V>>> thinned(Lineage<Pair<K, V>> lineage, int perPartition) {
        return lineage.thinned((int) Math.min(Integer.MAX_VALUE, (long) LOOKS_PER_SAMPLE * perPartition));
    }

    private static <K, V> List<Sampled<K>> sample(
            PairRdd<K, ?> pairs, Lineage<Pair<K, V>> lineage, int perPartition, String operator) {
        return pairs.context()
                .jobs()
                .run(operator + " (sample)", lineage, new Actions.Sample<K>(perPartition, pairs.id().number()));
    }

    /** Each key with the number of keys that it stands for. */
    private static <K> List<Pair<K, Double>> weighted(List<Sampled<K>> samples) {
        List<Pair<K, Double>> weighted = new ArrayList<>();
        for (Sampled<K> sampled : samples) {
            for (K key : sampled.keys()) {
                weighted.add(new Pair<>(key, sampled.seen() / (double) sampled.keys().size()));
            }
        }
        return weighted;
    }

    /** The first elements by order; of equal ones those that come first. */
    static <T> List<T> least(Rdd<T> dataset, int most, SerializableComparator<? super T> order, String action) {
        if (most < 0) {
            throw new IllegalArgumentException(
                    action + " cannot take " + most + " elements; the number must not be negative");
        }
        if (most == 0) {
            return List.of();
        }
        OrderFunctions.Least<T> least = new OrderFunctions.Least<>(most, order);
        List<List<T>> parts = dataset.context().jobs().run(action, dataset.lineage(), least);
        return least.of(Rdd.<T>flatten(parts).iterator());
    }
}

package dev.capstan.driver;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.PartitionsMapped;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.lineage.Shuffled;
import dev.capstan.engine.operator.PairFunctions;
import dev.capstan.engine.operator.PartitionFunctions;

/** Dealing elements out to partitions by turns, so that these become equally large. */
final class Redistribution {
    private Redistribution() {}

    static <T> Lineage<T> of(Rdd<T> dataset, int partitions) {
        Checks.partitions(partitions, "repartition");
        Lineage<Pair<Integer, T>> dealt =
                new PartitionsMapped<>(
                        dataset.origin("repartition"),
                        dataset.lineage(),
                        new PartitionFunctions.DealOut<>(partitions),
                        null);
        Origin reading = dataset.origin("repartition");
        Lineage<Pair<Integer, T>> read =
                new Shuffled<>(
                        reading,
                        new ShuffleDependency<>(
                                dealt,
                                dataset.context().newShuffle(),
                                Rdd.reader(reading),
                                new HashPartitioner(partitions),
                                null,
                                null));
        return new Mapped<>(dataset.origin("repartition"), read, PairFunctions.value(), null);
    }
}

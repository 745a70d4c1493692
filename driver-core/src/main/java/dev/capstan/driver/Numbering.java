package dev.capstan.driver;

import dev.capstan.engine.lineage.PartitionsMapped;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.PartitionFunctions;

import java.util.ArrayList;
import java.util.List;

/** Giving each element a number. */
final class Numbering {
    private Numbering() {}

    /** The numbers from 0 on, in the order of partitions; a job counts these before if there are several. */
    static <T> PairRdd<T, Long> consecutive(Rdd<T> dataset) {
        List<Long> counts =
                dataset.partitionCount() < 2
                        ? List.of(0L)
                        : dataset.context()
                                .jobs()
                                .<T, Long>run("zipWithIndex (count)", dataset.lineage(), Actions.Count.INSTANCE);
        List<Long> firsts = new ArrayList<>(counts.size());
        long first = 0;
        for (long count : counts) {
            firsts.add(first);
            first += count;
        }
        return numbered("zipWithIndex", dataset, List.copyOf(firsts), 1);
    }

    /** Numbers with gaps, for which nothing need be counted. */
    static <T> PairRdd<T, Long> unique(Rdd<T> dataset) {
        return numbered("zipWithUniqueId", dataset, List.of(), dataset.defaultPartitions());
    }

    private static <T> PairRdd<T, Long> numbered(String operator, Rdd<T> dataset, List<Long> firsts, long step) {
        return new PairRdd<>(
                dataset.context(),
                new PartitionsMapped<>(
                        dataset.origin(operator),
                        dataset.lineage(),
                        new PartitionFunctions.Numbered<T>(firsts, step),
                        null));
    }
}

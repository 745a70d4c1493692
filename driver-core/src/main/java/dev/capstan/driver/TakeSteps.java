package dev.capstan.driver;

import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.task.PartitionFn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which partitions to compute next to take the first elements: one at first, then as many as what was found so far
 * suggests, at most four times as many as were computed already.
 */
final class TakeSteps<T> {
    private static final int GROWTH = 4;

    private final int most;
    private final int partitions;
    private final List<T> taken = new ArrayList<>();
    private int computed;
    private int computing;

    TakeSteps(int most, int partitions) {
        this.most = most;
        this.partitions = partitions;
    }

    boolean wantsMore() {
        return taken.size() < most && computed < partitions;
    }

    int[] nextPartitions() {
        long next = 1;
        if (computed > 0) {
            long grown = (long) computed * GROWTH;
            long missing = most - taken.size();
            long suggested = taken.isEmpty() ? grown : (long) Math.ceil(1.5 * missing * computed / taken.size());
            next = Math.clamp(suggested, 1, grown);
        }
        computing = (int) Math.min(next, partitions - computed);
        return IntStream.range(computed, computed + computing).toArray();
    }

    PartitionFn<T, List<T>> nextFunction() {
        return new Actions.Take<>(most - taken.size());
    }

    void add(List<List<T>> found) {
        for (List<T> part : found) {
            taken.addAll(part.subList(0, Math.min(part.size(), most - taken.size())));
        }
        computed += computing;
    }

    List<T> taken() {
        return taken;
    }
}

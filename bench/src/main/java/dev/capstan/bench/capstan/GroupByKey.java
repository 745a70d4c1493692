package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.bench.side.Tables;
import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.function.Pair;

import java.util.List;

/**
 * Groups 5,000,000 pairs of numbers by 100,000 keys. Timed is making the pairs, the shuffle, and going through each
 * group to sum it up.
 */
final class GroupByKey {
    private GroupByKey() {}

    static Program prepare(CapstanContext context, Setting setting) {
        long pairs = setting.scaled(Tables.PAIRS);
        int groups = setting.scaled(Tables.GROUPS);
        int partitions = setting.partitions();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            long[] sums =
                    context.range(0, pairs, 1, partitions)
                            .mapToPair(number -> Pair.of(Tables.group(number, groups), number.intValue()))
                            .groupByKey()
                            .map(group -> sums(group.value()))
                            .reduce((a, b) -> new long[] {a[0] + b[0], a[1] + b[1], a[2] + b[2]});
            double seconds = watch.seconds();
            Expect.equal(pairs, sums[1], "grouped values");
            Expect.equal(pairs * (pairs - 1) / 2, sums[2], "as the sum of all values");
            return Figure.of(seconds, sums[0] + " groups of " + sums[1] + " values");
        };
    }

    /** One group, its size and its sum. */
    private static long[] sums(List<Integer> group) {
        long[] sums = {1, 0, 0};
        for (int value : group) {
            sums[1]++;
            sums[2] += value;
        }
        return sums;
    }
}

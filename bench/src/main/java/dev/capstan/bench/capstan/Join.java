package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.bench.side.Tables;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.engine.function.Pair;

/** Joins two tables of 2,000,000 rows, a number with a text. Timed is making the rows, the join and counting it. */
final class Join {
    private Join() {}

    static Program prepare(CapstanContext context, Setting setting) {
        long rows = setting.scaled(Tables.ROWS);
        int partitions = setting.partitions();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            PairRdd<Long, String> left =
                    context.range(0, rows, 1, partitions).mapToPair(key -> Pair.of(key, Tables.left(key)));
            PairRdd<Long, String> right =
                    context.range(0, rows, 1, partitions)
                            .mapToPair(row -> Pair.of(Tables.shuffled(row, rows), Tables.right(row)));
            long count = left.join(right).count();
            double seconds = watch.seconds();
            Expect.equal(rows, count, "joined rows");
            return Figure.of(seconds, count);
        };
    }
}

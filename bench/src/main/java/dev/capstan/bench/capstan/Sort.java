package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.SortRecord;
import dev.capstan.bench.side.SortedPart;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.function.Pair;

import java.util.List;

/**
 * Sorts 5,000,000 records of 10 and 90 bytes into 16 partitions. Timed is making the records, sampling them for the
 * ranges, the shuffle, and reading all of the result, which looks at the order.
 */
final class Sort {
    static final int RECORDS = 5_000_000;
    static final int PARTITIONS = 16;

    private Sort() {}

    static Program prepare(CapstanContext context, Setting setting) {
        int records = setting.scaled(RECORDS);
        int partitions = setting.partitions(PARTITIONS);
        return () -> {
            Stopwatch watch = Stopwatch.started();
            List<SortedPart> parts =
                    context.range(0, records, 1, partitions)
                            .mapToPair(number -> Pair.of(SortRecord.key(number), SortRecord.value(number)))
                            .sortByKey(true, partitions)
                            .mapPartitions(sorted -> List.of(SortedPart.of(sorted, Pair::key, Pair::value)).iterator())
                            .collect();
            double seconds = watch.seconds();
            return Figure.of(seconds, SortedPart.check(records, parts));
        };
    }
}

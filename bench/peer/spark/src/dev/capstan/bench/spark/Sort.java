package dev.capstan.bench.spark;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.SortRecord;
import dev.capstan.bench.side.SortedPart;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaSparkContext;

import scala.Tuple2;

import java.util.List;

/** The twin of Capstan's program of this name. */
final class Sort {
    static final int RECORDS = 5_000_000;
    static final int PARTITIONS = 16;

    private Sort() {}

    static Program prepare(JavaSparkContext context, Setting setting) {
        int records = setting.scaled(RECORDS);
        int partitions = setting.partitions(PARTITIONS);
        return () -> {
            Stopwatch watch = Stopwatch.started();
            List<SortedPart> parts =
                    Numbers.range(context, records, partitions)
                            .mapToPair(number -> new Tuple2<>(SortRecord.key(number), SortRecord.value(number)))
                            .sortByKey(true, partitions)
                            .mapPartitions(sorted ->
                                    List.of(SortedPart.<Tuple2<String, byte[]>>of(sorted, Tuple2::_1, Tuple2::_2))
                                            .iterator())
                            .collect();
            double seconds = watch.seconds();
            return Figure.of(seconds, SortedPart.check(records, parts));
        };
    }
}

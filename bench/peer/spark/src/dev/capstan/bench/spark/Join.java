package dev.capstan.bench.spark;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.bench.side.Tables;

import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

import scala.Tuple2;

/** The twin of Capstan's program of this name. */
final class Join {
    private Join() {}

    static Program prepare(JavaSparkContext context, Setting setting) {
        long rows = setting.scaled(Tables.ROWS);
        int partitions = setting.partitions();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            JavaPairRDD<Long, String> left =
                    Numbers.range(context, rows, partitions).mapToPair(key -> new Tuple2<>(key, Tables.left(key)));
            JavaPairRDD<Long, String> right =
                    Numbers.range(context, rows, partitions)
                            .mapToPair(row -> new Tuple2<>(Tables.shuffled(row, rows), Tables.right(row)));
            long count = left.join(right).count();
            double seconds = watch.seconds();
            Expect.equal(rows, count, "joined rows");
            return Figure.of(seconds, count);
        };
    }
}

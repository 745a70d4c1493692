package dev.capstan.bench.spark;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.bench.side.WordTally;
import dev.capstan.bench.side.ZipfText;

import org.apache.spark.api.java.JavaSparkContext;

import scala.Tuple2;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The twin of Capstan's program of this name. */
final class WordCount {
    static final long BYTES = 200_000_000;

    private WordCount() {}

    static Program prepare(JavaSparkContext context, Setting setting) throws IOException {
        String file = ZipfText.file(setting.directory(), setting.scaledBytes(BYTES)).toString();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            List<Tuple2<String, Integer>> counts =
                    context.textFile(file)
                            .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                            .mapToPair(word -> new Tuple2<>(word, 1))
                            .reduceByKey(Integer::sum)
                            .collect();
            double seconds = watch.seconds();
            var tally = new WordTally();
            counts.forEach(count -> tally.add(count._1(), count._2()));
            return Figure.of(seconds, tally);
        };
    }
}

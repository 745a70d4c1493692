package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.bench.side.WordTally;
import dev.capstan.bench.side.ZipfText;
import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.function.Pair;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Counts the words of a text file of 200 MB. Timed is from opening the file, which the page cache holds, to the list of
 * all words with their counts.
 */
final class WordCount {
    static final long BYTES = 200_000_000;

    private WordCount() {}

    static Program prepare(CapstanContext context, Setting setting) throws IOException {
        String file = ZipfText.file(setting.directory(), setting.scaledBytes(BYTES)).toString();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            List<Pair<String, Integer>> counts =
                    context.textFile(file)
                            .flatMap(line -> Arrays.asList(line.split(" ")))
                            .mapToPair(word -> Pair.of(word, 1))
                            .reduceByKey(Integer::sum)
                            .collect();
            double seconds = watch.seconds();
            var tally = new WordTally();
            counts.forEach(count -> tally.add(count.key(), count.value()));
            return Figure.of(seconds, tally);
        };
    }
}

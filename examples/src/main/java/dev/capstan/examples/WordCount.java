package dev.capstan.examples;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.function.Pair;

import java.util.List;
import java.util.Locale;

/** Counts the words of a text file, a directory or a pattern of files, and shows the most frequent. */
public final class WordCount {
    private static final int SHOWN = 10;

    private WordCount() {}

    /** Arguments: the file; a text of our own unless given. */
    public static void main(String[] arguments) {
        List<String> file = new Arguments("wordcount [FILE]", arguments, 1).texts();
        try (var capstan = CapstanContext.create()) {
            Rdd<String> lines =
                    file.isEmpty() ? capstan.parallelize(SampleText.lines(10_000)) : capstan.textFile(file.getFirst());

            List<Pair<Integer, String>> top =
                    lines.flatMap(line -> List.of(line.toLowerCase(Locale.ROOT).split("\\W+")))
                            .filter(word -> !word.isEmpty())
                            .mapToPair(word -> Pair.of(word, 1))
                            .reduceByKey(Integer::sum)
                            .mapToPair(count -> Pair.of(count.value(), count.key()))
                            .sortByKey(false)
                            .take(SHOWN);

            for (Pair<Integer, String> entry : top) {
                System.out.println(entry.value() + ": " + entry.key());
            }
        }
    }
}

package dev.capstan.bench.capstan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Graph;
import dev.capstan.bench.side.LabeledPoint;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.WordTally;
import dev.capstan.bench.side.ZipfText;
import dev.capstan.driver.CapstanContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Each program with little data, compared with a plain computation in memory. */
@Tag("live")
class CapstanSideTest {
    private static final double TINY = 0.001;

    @TempDir private Path directory;

    private final CapstanContext context = CapstanSide.context();

    @AfterEach
    void close() {
        context.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    tasks-20000    | 20000
                    jobs-1         | 10000
                    jobs-2         | 10000
                    concurrent     | 100000
                    iterations     | 10
                    join           | 2000
                    groupbykey     | 100 groups of 5000 values
                    schedule-3x500 | 500
                    """)
    void aProgramGivesItsResultEachTime(String name, String check) throws IOException, InterruptedException {
        Program program = prepare(name);
        assertThat(program.run().check()).isEqualTo(check);
        Figure second = program.run();
        assertThat(second.check()).isEqualTo(check);
        assertThat(second.value()).isPositive();
    }

    @Test
    void wordsAreCounted() throws IOException, InterruptedException {
        Figure figure = prepare("wordcount").run();
        Map<String, Integer> counts = new HashMap<>();
        Files.readAllLines(ZipfText.file(directory, 200_000)).stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .forEach(word -> counts.merge(word, 1, Integer::sum));
        var tally = new WordTally();
        counts.forEach(tally::add);
        assertThat(figure.check()).isEqualTo(tally.toString());
    }

    @Test
    void recordsAreSorted() throws IOException, InterruptedException {
        assertThat(prepare("sort").run().check()).startsWith("5000 records, digest ");
    }

    @Test
    void theRegressionGoesDownTheGradient() throws IOException, InterruptedException {
        double[] weights = new double[LabeledPoint.DIMENSIONS];
        for (int i = 0; i < 5; i++) {
            double[] now = weights;
            double[] gradient =
                    IntStream.range(0, 2_000)
                            .mapToObj(number -> LabeledPoint.of(number).gradient(now))
                            .reduce(new double[LabeledPoint.DIMENSIONS], LabeledPoint::sum);
            weights = LabeledPoint.step(now, gradient, 2_000);
        }
        assertThat(prepare("regression").run().check()).isEqualTo(LabeledPoint.check(weights));
        assertThat(prepare("regression-loop").run().check()).isEqualTo(LabeledPoint.check(weights));
    }

    @Test
    void pagesAreRanked() throws IOException, InterruptedException {
        Map<Integer, Double> ranks = new HashMap<>();
        IntStream.range(0, 200).forEach(page -> ranks.put(page, 1.0));
        for (int round = 0; round < Graph.ROUNDS; round++) {
            Map<Integer, Double> given = new HashMap<>();
            for (int edge = 0; edge < 2_000; edge++) {
                Double rank = ranks.get(Graph.source(edge, 200));
                if (rank != null) {
                    given.merge(Graph.target(edge, 200), rank / 10, Double::sum);
                }
            }
            ranks.clear(); // who was given nothing has no rank any more
            given.forEach((page, sum) -> ranks.put(page, Graph.rank(sum)));
        }
        double sum = ranks.values().stream().mapToDouble(Double::doubleValue).sum();
        assertThat(prepare("pagerank").run().check()).isEqualTo(Graph.check(sum));
    }

    @Test
    void theNotesOfIterationsTellOfTheHeap() throws IOException, InterruptedException {
        Figure figure = CapstanSide.prepare("iterations", new Setting(0.1, directory), context).run();
        assertThat(figure.notes()).containsOnlyKeys("ms per iteration to 100", "MB of heap after 100");
    }

    @Test
    void anUnknownProgramIsRefused() {
        assertThatThrownBy(() -> prepare("nothing")).hasMessage("Capstan has no program nothing");
    }

    private Program prepare(String name) throws IOException {
        return CapstanSide.prepare(name, new Setting(TINY, directory), context);
    }
}

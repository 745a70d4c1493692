package dev.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.capstan.bench.Comparison.SideResult;
import dev.capstan.bench.side.Figure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

class ComparisonTest {
    private static final Workload SORT = Workload.program("sort", "something to sort", Unit.SECONDS, 1);
    private static final Workload TASKS = Workload.program("tasks", "something to do", Unit.TASKS_PER_SECOND, 1);

    @Test
    void figuresAreSummedUpByTheirMedian() {
        Result odd = Result.of(List.of(Figure.of(3, ""), Figure.of(1, ""), Figure.of(2, "")));
        assertThat(odd).isEqualTo(new Result(2, 1, 3, 3, Map.of()));
        Result even = Result.of(List.of(Figure.of(4, ""), Figure.of(1, ""), Figure.of(2, ""), Figure.of(3, "")));
        assertThat(even.median()).isEqualTo(2.5);
    }

    @Test
    void notesAreSummedUpByTheirMediansInTheirOrder() {
        Result result =
                Result.of(
                        List.of(
                                new Figure(1, "", Map.of("MB", 10.0)),
                                new Figure(1, "", Map.of("MB", 30.0)),
                                new Figure(1, "", Map.of("MB", 20.0))));
        assertThat(result.notes()).containsExactly(Map.entry("MB", 20.0));
        assertThat(comparison(SORT, 1, result).lines()).hasSize(2).last().isEqualTo("    a  MB: 20.0");
    }

    @Test
    void ofTimesTheRatioIsThatOfThePeerToOurs() {
        assertThat(comparison(SORT, 1, result(2), result(8)).ratio().orElseThrow()).isEqualTo(4);
    }

    @Test
    void ofRatesTheRatioIsThatOfOursToThePeer() {
        assertThat(comparison(TASKS, 1, result(800), result(8)).ratio().orElseThrow()).isEqualTo(100);
    }

    @Test
    void aLineHasTheRatioAndBothSides() {
        assertThat(comparison(SORT, 0.5, result(2), result(8)).lines())
                .containsExactly(
                        "sort x0.5                4.00x  a 2.00 s (2.00 … 2.00)                 b 8.00 s (8.00 …"
                                + " 8.00)");
    }

    @Test
    void aLineOfOursAloneHasNoRatio() {
        assertThat(comparison(SORT, 1, result(0.1234)).lines())
                .containsExactly("sort                   0.123 s (0.123 … 0.123), once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0.01234 | 0.012
                    1.2345  | 1.23
                    12.345  | 12.3
                    1234567 | 1,234,567
                    """)
    void numbersHaveThreeDigits(double value, String text) {
        assertThat(Result.number(value)).isEqualTo(text);
    }

    @Test
    void growthIsTheTimePerUnitOfDataOfEachSide() {
        var small = comparison(SORT, 0.5, result(1), result(2));
        var large = comparison(SORT, 5, result(15), result(20));
        assertThat(Growth.line(List.of(large, small)))
                .isEqualTo(
                        "    time per unit of data, a: 1.00 at x0.5, 1.50 at x5, b: 1.00 at x0.5, 1.00 at x5"
                                + " (1.00 is linear)");
    }

    @Test
    void aRatioBelowOneSaysThatThePeerIsBetter() {
        assertThat(comparison(SORT, 1, result(8), result(2)).ratio().orElseThrow()).isCloseTo(0.25, within(1e-9));
    }

    private static Result result(double value) {
        return Result.of(List.of(Figure.of(value, "")));
    }

    private static Comparison comparison(Workload workload, double size, Result... results) {
        List<SideResult> sides = List.of(new SideResult("a", results[0]));
        return new Comparison(
                workload,
                size,
                results.length == 1 ? sides : List.of(sides.getFirst(), new SideResult("b", results[1])));
    }
}

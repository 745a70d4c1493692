package dev.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.bench.side.Figure;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

class ContestTest {
    private static final Workload WORKLOAD = Workload.program("w", "something to measure", Unit.SECONDS, 1);

    private final List<String> log = new ArrayList<>();

    @Test
    void theSidesRunInTurnsAndAnotherBeginsEachTime() throws InterruptedException {
        new Contest(WORKLOAD, 1, List.of(side("a", 9, 1, 1), side("b", 9, 1, 1))).run(2);
        assertThat(log).containsExactly("b", "a", "a", "b", "b", "a");
    }

    @Test
    void figuresOfTheWarmUpDoNotCount() throws InterruptedException {
        Comparison comparison = new Contest(WORKLOAD, 1, List.of(side("a", 100, 3, 1, 2))).run(3);
        assertThat(comparison.ours()).isEqualTo(new Result(2, 1, 3, 3, Map.of()));
        assertThat(comparison.ratio()).isEmpty();
    }

    @Test
    void resultsThatDifferEndTheContestEvenInTheWarmUp() {
        var wrong = new FakeContender("b", log, List.of(Figure.of(1, "41"), Figure.of(1, "41")));
        var contest = new Contest(WORKLOAD, 1, List.of(side("a", 1, 1), wrong));
        assertThatThrownBy(() -> contest.run(1))
                .isInstanceOf(BenchException.class)
                .hasMessage("w: the results differ, which is a bug of one of the sides; b gave: 41; a gave: 42");
    }

    private FakeContender side(String name, double... values) {
        return new FakeContender(name, log, DoubleStream.of(values).mapToObj(value -> Figure.of(value, "42")).toList());
    }
}

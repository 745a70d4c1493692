package dev.capstan.bench.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Map;

class FigureTest {
    @Test
    void aFigureGoesThroughALineAndBack() {
        var figure = new Figure(0.1234567890123, "10 groups of 100 values", Map.of("heap after x=1 (MB)", 12.5));
        assertThat(Figure.parse(figure.line())).isEqualTo(figure);
        assertThat(Figure.parse(Figure.of(1e9, 42L).line())).isEqualTo(new Figure(1e9, "42", Map.of()));
    }

    @Test
    void anotherLineIsNoFigure() {
        assertThatThrownBy(() -> Figure.parse("WARN something")).hasMessage("'WARN something' is not a figure");
    }

    @Test
    void whatIsNoTimeAndNoRateIsNoFigure() {
        assertThatThrownBy(() -> Figure.of(Double.NaN, "")).hasMessageContaining("not NaN");
        assertThatThrownBy(() -> Figure.of(-1, "")).hasMessageContaining("not -1");
        assertThatThrownBy(() -> Figure.of(1 / 0.0, "")).hasMessageContaining("not Infinity");
    }
}

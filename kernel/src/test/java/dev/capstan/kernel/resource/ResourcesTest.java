package dev.capstan.kernel.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Map;

class ResourcesTest {
    private static final Resources HOST = new Resources(4_000, 8L << 30, Map.of("gpu", 2_000L));
    private static final Resources TASK = new Resources(500, 1L << 30, Map.of("gpu", 1_000L));

    @Test
    void sumsAndDifferencesAreExact() {
        assertThat(HOST.plus(TASK).minus(TASK)).isEqualTo(HOST);
        assertThat(HOST.minus(HOST)).isEqualTo(Resources.NONE);
        Resources tenth = new Resources(100, 0, Map.of());
        Resources sum = Resources.NONE;
        for (int i = 0; i < 10; i++) {
            sum = sum.plus(tenth);
        }
        assertThat(sum).isEqualTo(Resources.cpus(1));
    }

    @Test
    void coveringLooksAtEveryKind() {
        assertThat(HOST.covers(TASK)).isTrue();
        assertThat(HOST.covers(Resources.cpus(5))).isFalse();
        assertThat(HOST.covers(new Resources(0, 9L << 30, Map.of()))).isFalse();
        assertThat(HOST.covers(new Resources(0, 0, Map.of("gpu", 2_001L)))).isFalse();
    }

    @Test
    void lessThanNothingIsRefused() {
        assertThatThrownBy(() -> TASK.minus(HOST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Resources(1, 1, Map.of("gpu", -1L))).hasMessageContaining("gpu");
    }

    @Test
    void itIsPrintedForPeople() {
        assertThat(TASK).hasToString("{cpus 0.5, memory 1024 MiB, gpu 1}");
    }
}

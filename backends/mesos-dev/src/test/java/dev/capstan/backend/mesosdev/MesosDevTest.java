package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("live")
class MesosDevTest {
    @Test
    void aProgramBringsItsClusterAndTakesItAway() {
        try (var context =
                CapstanContext.builder()
                        .master("mesos-dev[2,1,512]")
                        .conf("capstan.console.progress", "false")
                        .create()) {
            assertThat(context.range(0, 1_000, 1, 8).mapToPair(x -> Pair.of(x % 10, x)).reduceByKey(Long::sum).count())
                    .isEqualTo(10);
        }
    }
}

package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

class ApproximationsTest {
    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatIsDoneInTimeIsExact() throws InterruptedException {
        Duration ample = Duration.ofMinutes(1);
        for (int partitions : new int[] {1, 2, 7, 100}) {
            Rdd<Long> numbers = context.range(0, 30, 1, partitions);
            PartialResult<Estimate> count = numbers.countApprox(ample);
            assertThat(count.initial()).isEqualTo(Estimate.exactly(30));
            assertThat(count.complete().get()).isEqualTo(Estimate.exactly(30));
            assertThat(numbers.mapToDouble(n -> n).sumApprox(ample).initial()).isEqualTo(Estimate.exactly(435));
            assertThat(numbers.mapToDouble(n -> n).meanApprox(ample).initial()).isEqualTo(Estimate.exactly(14.5));
            assertThat(numbers.map(n -> n % 2).countByValueApprox(ample).initial())
                    .isEqualTo(Map.of(0L, Estimate.exactly(15), 1L, Estimate.exactly(15)));
            assertThat(numbers.mapToPair(n -> Pair.of("all", n)).countByKeyApprox(ample).initial())
                    .isEqualTo(Map.of("all", Estimate.exactly(30)));
        }
    }

    @Test
    void aTimeoutOrConfidenceThatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> context.range(3).countApprox(Duration.ofSeconds(-1)))
                .hasMessage("countApprox: the timeout must not be negative: PT-1S");
        assertThatThrownBy(() -> context.range(3).countApprox(Duration.ZERO, 1))
                .hasMessage("countApprox: the confidence must lie between 0 and 1, both excluded: 1.0");
    }
}

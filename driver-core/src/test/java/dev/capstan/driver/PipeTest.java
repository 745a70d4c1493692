package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.job.JobFailedException;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

@Timeout(60)
class PipeTest {
    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void linesGoThroughACommand() {
        for (int partitions : new int[] {1, 2, 7, 100}) {
            assertThat(context.range(0, 50, 1, partitions).pipe("cat").map(Long::parseLong).collect())
                    .isEqualTo(LongStream.range(0, 50).boxed().toList());
        }
        assertThat(context.<Long>emptyRdd().pipe("cat").collect()).isEmpty();
        assertThat(context.parallelize(List.of("grün", "a b"), 1).pipe(List.of("grep", "a b")).collect())
                .containsExactly("a b");
    }

    @Test
    void moreThanAnyBufferHoldsGoesThrough() {
        assertThat(context.range(0, 300_000, 1, 1).pipe("cat").count()).isEqualTo(300_000);
        assertThat(context.range(0, 100_000, 1, 1).pipe("sort -n").map(Long::parseLong).take(3))
                .containsExactly(0L, 1L, 2L);
    }

    @Test
    void aCommandNeedNotReadAllNorAnything() {
        assertThat(context.range(0, 300_000, 1, 1).pipe("head -n 2").collect()).containsExactly("0", "1");
        assertThat(context.range(0, 300_000, 1, 1).pipe("echo done").collect()).containsExactly("done");
    }

    @Test
    void aCommandHasTheEnvironmentThatItWasGiven() {
        assertThat(
                        context.range(0, 1, 1, 1)
                                .pipe(List.of("sh", "-c", "cat >&2; echo $GREETING"), Map.of("GREETING", "hello"))
                                .collect())
                .containsExactly("hello");
    }

    @Test
    void anExitCodeFailsTheTaskWithTheLastErrors() {
        var failing = List.of("sh", "-c", "cat; for i in $(seq 30); do echo oops $i >&2; done; exit 3");
        assertThatThrownBy(() -> context.range(0, 3, 1, 1).pipe(failing).collect())
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("ended with exit code 3; it wrote to stderr at last:\n    oops 11\n")
                .hasMessageContaining("oops 30");
        assertThatThrownBy(() -> context.range(0, 3, 1, 1).pipe("no-such-command-here x").collect())
                .hasMessageContaining("pipe: the command [no-such-command-here, x] cannot be started");
        assertThatThrownBy(() -> context.range(3).pipe(List.of())).hasMessage("pipe needs a command, not an empty one");
    }

    @Test
    void theProcessEndsWithItsTask() {
        var sleeping = List.of("sh", "-c", "echo $$; exec sleep 1000");
        long process = Long.parseLong(context.range(0, 1, 1, 1).pipe(sleeping).first());
        assertThat(
                        Await.until(
                                () -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty(),
                                Duration.ofSeconds(10)))
                .as("the process is gone")
                .isTrue();
        assertThatThrownBy(() -> context.range(0, 1, 1, 1).map(n -> 1 / n).pipe("cat").collect())
                .hasMessageContaining("/ by zero");
    }
}

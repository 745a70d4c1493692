package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.testing.Await;
import dev.capstan.testing.CapturedLog;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What may go wrong with executors on Mesos, with real processes and a real cluster. */
@Tag("process")
@Timeout(150)
class MesosFaultsTest {
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final String NAME = "faults" + ProcessHandle.current().pid();

    private static Cluster cluster;

    @BeforeAll
    static void find() {
        cluster = Cluster.find(4, 4_096);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @AfterEach
    void noExecutorIsLeft() {
        assertThat(Await.until(() -> executors().isEmpty(), BOUND)).as("%s", executors()).isTrue();
    }

    private static ContextBuilder builder() {
        return CapstanContext.builder()
                .master(cluster.master())
                .appName(NAME)
                .conf("capstan.console.progress", "false")
                .conf("capstan.driver.host", "127.0.0.1")
                .conf("capstan.mesos.executor.memory", "128m")
                .conf("capstan.mesos.cores.max", "2");
    }

    /** The JVMs that run executors of these tests. */
    private static List<ProcessHandle> executors() {
        return ProcessHandle.allProcesses().filter(process -> isOurs(process.info().commandLine())).toList();
    }

    private static boolean isOurs(Optional<String> command) {
        return command.filter(line -> line.contains("ExecutorMain") && line.contains(NAME) && !line.contains("java=;"))
                .isPresent();
    }

    @Test
    void anExecutorThatIsKilledIsReplacedAndTheResultIsRight() {
        try (CapstanContext context = builder().conf("capstan.mesos.executors.min", "2").create()) {
            Rdd<Long> cached = context.range(0, 10_000, 1, 8).map(x -> x * 2).cache();
            assertThat(cached.reduce(Long::sum)).isEqualTo(99_990_000);
            assertThat(Await.until(() -> executors().size() == 2, BOUND)).isTrue();
            ProcessHandle killed = executors().getFirst();
            assertThat(killed.destroyForcibly()).isTrue();
            assertThat(cached.reduce(Long::sum)).isEqualTo(99_990_000);
            assertThat(Await.until(() -> executors().size() == 2 && !executors().contains(killed), BOUND))
                    .as("another one has taken its place")
                    .isTrue();
        }
    }

    @Test
    void allExecutorsKilledInTheMiddleOfAJobCostNoResult() throws InterruptedException {
        try (CapstanContext context = builder().create()) {
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            JobFuture<Long> job =
                    context.range(0, 200, 1, 100)
                            .map(x -> {
                                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000); // long enough to be hit
                                return x;
                            })
                            .countAsync();
            executors().forEach(ProcessHandle::destroyForcibly);
            assertThat(job.get()).isEqualTo(200);
        }
    }

    @Test
    void executorsThatCannotRunEndTheJobWithTheReason() {
        try (CapstanContext context = builder().conf("capstan.mesos.java", "/nowhere/bin/java").create()) {
            assertThatThrownBy(() -> context.range(10).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("executors do not come up on this cluster")
                    .hasMessageContaining("there is no JDK 25 on the agent; name its java command by");
        }
    }

    @Test
    void anExecutorThatFitsNoAgentIsExplained() throws InterruptedException {
        try (var log = CapturedLog.of(CapstanContext.class);
                CapstanContext context = builder().conf("capstan.mesos.executor.memory", "900g").create()) {
            JobFuture<Long> job = context.range(10).countAsync();
            assertThat(Await.until(() -> String.join("\n", log.lines()).contains(" mem, "), BOUND))
                    .as(String.join("\n", log.lines()))
                    .isTrue();
            assertThat(String.join("\n", log.lines())).contains("offers have come since one was asked for");
            job.cancel("the test has seen enough");
        }
    }

    @Test
    void aConstraintThatNoAgentMeetsIsNamed() throws InterruptedException {
        try (var log = CapturedLog.of(CapstanContext.class);
                CapstanContext context = builder().conf("capstan.mesos.constraints", "rack = r9").create()) {
            JobFuture<Long> job = context.range(10).countAsync();
            assertThat(Await.until(() -> String.join("\n", log.lines()).contains("rack"), BOUND))
                    .as(String.join("\n", log.lines()))
                    .isTrue();
            job.cancel("the test has seen enough");
        }
    }

    @Test
    void aMasterThatIsNotThereIsNamedWithinTheTimeGiven() {
        try (CapstanContext context =
                builder().master("mesos://127.0.0.1:1").conf("capstan.mesos.connectTimeout", "2s").create()) {
            assertThatThrownBy(() -> context.range(10).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("within 2 s")
                    .hasMessageContaining("127.0.0.1:1: nothing listens there");
        }
    }
}

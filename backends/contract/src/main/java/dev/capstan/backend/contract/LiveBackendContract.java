package dev.capstan.backend.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.function.Pair;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** What a program may expect of every master, for real. A backend extends this with its master URL. */
@Tag("live")
public abstract class LiveBackendContract {
    /** A master with at least two cores. */
    protected abstract String master();

    /** Programs may set what they need. */
    protected ContextBuilder configure(ContextBuilder builder) {
        return builder;
    }

    private CapstanContext context;

    @BeforeEach
    void open() {
        context =
                configure(CapstanContext.builder().master(master()).conf("capstan.console.progress", "false")).create();
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void everyElementIsComputedOnce() {
        assertThat(context.range(0, 10_000, 1, 37).map(x -> x + 1).collect())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10_000).boxed().toList());
    }

    @Test
    void shufflesBringTogetherWhatBelongsTogether() {
        PairRdd<Long, Long> sums =
                context.range(0, 10_000, 1, 13).mapToPair(x -> Pair.of(x % 100, x)).reduceByKey(Long::sum, 7);
        Map<Long, Long> expected = new TreeMap<>();
        LongStream.range(0, 10_000).forEach(x -> expected.merge(x % 100, x, Long::sum));
        assertThat(new TreeMap<>(sums.collectAsMap())).isEqualTo(expected);
        assertThat(sums.join(sums).count()).as("the shuffle is used again").isEqualTo(100);
    }

    @Test
    void cachedPartitionsAreUsedAgainAndForgottenOnRequest() {
        Rdd<Long> cached = context.range(0, 1_000, 1, 4).map(x -> x * 2);
        cached.cache();
        assertThat(cached.count()).isEqualTo(1_000);
        assertThat(cached.reduce(Long::sum)).isEqualTo(999_000);
        cached.unpersist();
        assertThat(cached.count()).isEqualTo(1_000);
    }

    @Test
    void largeResultsArrive() {
        List<String> all = context.range(0, 8, 1, 4).map(x -> Long.toString(x).repeat(1_000_000)).collect();
        assertThat(all).hasSize(8).allMatch(text -> text.length() == 1_000_000);
    }

    @Test
    void takeComputesNoMoreThanItMust() {
        Rdd<Long> failing =
                context.range(0, 1_000, 1, 1_000)
                        .map(x -> {
                            if (x > 500) {
                                throw new IllegalStateException("this far nobody should come");
                            }
                            return x;
                        });
        assertThat(failing.take(3)).containsExactly(0L, 1L, 2L);
        assertThat(failing.first()).isZero();
    }

    @Test
    void theUsersExceptionIsToldWithItsStack() {
        Rdd<Long> failing = context.range(0, 10, 1, 2).map(x -> 10 / (x - 7));
        assertThatThrownBy(failing::count)
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("ArithmeticException")
                .hasMessageContaining("/ by zero")
                .hasMessageContaining("LiveBackendContract");
        assertThat(context.range(10).count()).as("the context can be used on").isEqualTo(10);
    }

    @Test
    void aCancelledJobEndsSoonAndItsCoresAreFreeForTheNext() throws InterruptedException {
        Rdd<Long> endless =
                context.range(0, 2, 1, 2)
                        .map(x -> {
                            new java.util.concurrent.CountDownLatch(1).await();
                            return x;
                        });
        context.setJobGroup("endless", "waits for ever", true);
        JobFuture<Long> job = endless.countAsync();
        context.clearJobGroup();
        context.cancelJobGroup("endless", "enough");
        assertThatThrownBy(() -> job.get(Duration.ofSeconds(30)))
                .isInstanceOf(JobCancelledException.class)
                .hasMessageContaining("enough");
        assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
    }

    @Test
    void jobsOfManyThreadsRunSideBySide() throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(20)) {
            List<Callable<Long>> jobs = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                long number = i;
                jobs.add(() -> context.range(0, 100, 1, 3).map(x -> x * number).reduce(Long::sum));
            }
            long i = 0;
            for (Future<Long> result : threads.invokeAll(jobs)) {
                assertThat(result.get()).isEqualTo(4_950 * i++);
            }
        }
    }

    @Test
    void aStoppedContextSaysSoAndCanBeStoppedAgain() {
        context.close();
        context.close();
        assertThatThrownBy(() -> context.range(10)).hasMessageContaining("stopped");
    }

    @Test
    void closingLeavesNoThreadBehind() {
        context.range(0, 100, 1, 10).count();
        context.close();
        assertThat(
                        Await.until(
                                () ->
                                        Thread.getAllStackTraces().keySet().stream()
                                                .noneMatch(thread ->
                                                        thread.getName().startsWith("capstan-")
                                                                || thread.getName().startsWith("executor-")),
                                Duration.ofSeconds(20)))
                .as(() -> "threads: " + Thread.getAllStackTraces().keySet())
                .isTrue();
    }
}

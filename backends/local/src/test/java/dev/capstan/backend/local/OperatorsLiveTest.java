package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Estimate;
import dev.capstan.driver.PartialResult;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.function.Pair;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Operators on a real driver: where tasks fail, are slow, are cancelled, or need more than one core. */
@Tag("live")
@Timeout(120)
class OperatorsLiveTest {
    private static final Set<String> FAILED = ConcurrentHashMap.newKeySet();
    private static final CountDownLatch GATE = new CountDownLatch(1);
    private static final AtomicInteger RUNNING = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    private static CapstanContext local(String master) {
        return CapstanContext.builder().master(master).conf("capstan.console.progress", "false").create();
    }

    /** Fails the first time that it comes to this element in this run, half way through the partition. */
    private static <T> T failingOnce(String run, T element) {
        if (FAILED.add(run + element)) {
            throw new IllegalStateException("the first time fails");
        }
        return element;
    }

    private static List<Object> results(CapstanContext context, String run) {
        Rdd<Long> numbers =
                context.range(0, 2_000, 1, 5).map(n -> n % 400 == 250 && !run.isEmpty() ? failingOnce(run, n) : n);
        var pairs = numbers.mapToPair(n -> Pair.of(n % 10, n));
        List<Object> results = new ArrayList<>();
        results.add(numbers.sample(false, 0.2, 7).collect());
        results.add(numbers.sample(true, 0.5, 7).repartition(3).collect());
        results.add(numbers.randomSplit(new double[] {1, 2}, 7).getLast().collect());
        results.add(numbers.takeSample(false, 20, 7));
        results.add(pairs.sampleByKeyExact(true, Map.of(1L, 0.3, 2L, 0.6), 7).collect());
        results.add(numbers.zipWithIndex().filter(pair -> pair.value() % 97 == 0).collect());
        results.add(numbers.pipe("cat").take(1_999));
        results.add(numbers.subtract(context.range(0, 1_900, 1, 3), 4).collect());
        results.add(numbers.mapToDouble(n -> n / 7.0).stats());
        results.add(numbers.treeAggregate("", (text, n) -> text + n, String::concat, 3));
        results.add(numbers.countApproxDistinct(0.05));
        return results;
    }

    @Test
    void tasksThatRunTwiceGiveTheSame() {
        try (CapstanContext context = local("local[2,3]")) {
            List<Object> once = results(context, "");
            List<Object> twice = results(context, "twice");
            assertThat(FAILED).hasSizeGreaterThanOrEqualTo(5);
            assertThat(twice).isEqualTo(once);
        }
    }

    @Test
    void anApproximateCountAnswersBeforeAllPartitionsAreThere() throws InterruptedException {
        try (CapstanContext context = local("local[2]")) {
            Rdd<Long> slow =
                    context.range(0, 1_000, 1, 10)
                            .map(n -> {
                                if (n == 950) {
                                    GATE.await();
                                }
                                return n;
                            });
            JobFuture<Long> first = slow.countAsync(); // the others' results come while the last waits
            PartialResult<Estimate> count = slow.countApprox(Duration.ofMillis(300), 0.9);
            while (count.initial().mean() == 0) { // on a machine that was asleep
                count.complete().cancel("too early");
                count = slow.countApprox(Duration.ofMillis(300), 0.9);
            }
            assertThat(count.initial().complete()).isFalse();
            assertThat(count.initial().low()).isLessThanOrEqualTo(1_000).isPositive();
            assertThat(count.initial().high()).isGreaterThanOrEqualTo(1_000);
            GATE.countDown();
            assertThat(count.complete().get()).isEqualTo(new Estimate(1_000, 1_000, 1_000, 1, true));
            assertThat(first.get()).isEqualTo(1_000);
        }
    }

    @Test
    void tasksThatNeedTwoCoresRunOneByOneOnTwo() {
        try (CapstanContext context = local("local[2]")) {
            Rdd<Integer> running =
                    context.range(0, 40, 1, 20)
                            .withResources(Resources.cpus(2))
                            .mapPartitions(numbers -> {
                                MOST.accumulateAndGet(RUNNING.incrementAndGet(), Math::max);
                                int count = 0;
                                for (; numbers.hasNext(); numbers.next()) {
                                    count++;
                                }
                                RUNNING.decrementAndGet();
                                return List.of(count).iterator();
                            });
            assertThat(running.reduce(Integer::sum)).isEqualTo(40);
            assertThat(MOST).hasValue(1);
        }
    }

    @Test
    void aCancelledJobEndsItsCommands() {
        String marker = "31415" + ProcessHandle.current().pid();
        try (CapstanContext context = local("local[2]")) {
            JobFuture<List<String>> job = context.range(0, 2, 1, 2).pipe("sleep " + marker).collectAsync();
            assertThat(Await.until(() -> sleeping(marker) == 2, Duration.ofSeconds(30))).isTrue();
            assertThat(job.cancel("enough")).isTrue();
            assertThatThrownBy(job::get).isInstanceOf(JobCancelledException.class).hasMessageContaining("enough");
            assertThat(Await.until(() -> sleeping(marker) == 0, Duration.ofSeconds(30))).isTrue();
        }
    }

    private static long sleeping(String marker) {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(marker))
                .count();
    }

    @Test
    void tasksThatTakeMoreThanThereIsWaitAndTheExplanationSaysSo() throws InterruptedException, TimeoutException {
        try (CapstanContext context =
                CapstanContext.builder().master("local[2]").conf("capstan.console.progress", "false").create()) {
            JobFuture<Long> job = context.range(0, 10, 1, 2).withResources(Resources.cpus(5)).countAsync();
            assertThat(context.range(0, 10, 1, 2).countAsync().get(Duration.ofSeconds(20))).isEqualTo(10);
            assertThat(job.isDone()).isFalse();
            assertThat(context.explain())
                    .contains("2 tasks of {cpus 5} wait", "too small: a task takes cpus 5, the lease has 2");
            assertThat(job.cancel("enough")).isTrue();
            assertThatThrownBy(() -> job.get(Duration.ofSeconds(20))).isInstanceOf(JobCancelledException.class);
            assertThat(context.explain()).contains("No task waits");
        }
    }
}

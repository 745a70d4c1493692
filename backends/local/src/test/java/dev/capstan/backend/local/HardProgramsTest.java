package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Programs that are large, deep, wrong or in a hurry, on a real driver. */
@Tag("live")
class HardProgramsTest {
    private static CapstanContext local(String... settings) {
        var builder = CapstanContext.builder().master("local[2]").conf("capstan.console.progress", "false");
        for (int i = 0; i < settings.length; i += 2) {
            builder.conf(settings[i], settings[i + 1]);
        }
        return builder.create();
    }

    @Test
    @Timeout(120)
    void aJobOfAHundredThousandPartitionsGivesTheRightResult() {
        try (CapstanContext context = local()) {
            assertThat(context.range(0, 100_000, 1, 100_000).map(x -> x % 10).reduce(Long::sum)).isEqualTo(450_000);
        }
    }

    @Test
    @Timeout(120)
    void aHundredThousandPartitionsOfDataFromTheDriverArrive() {
        List<Integer> numbers = IntStream.range(0, 100_000).boxed().toList();
        try (CapstanContext context = local()) {
            assertThat(context.parallelize(numbers, 100_000).count()).isEqualTo(100_000);
        }
    }

    /** Each way of bringing equal keys together is another table. */
    @Test
    @Timeout(60)
    void aHundredThousandKeysOfOneHashCodeAreBroughtTogetherInSeconds() {
        try (CapstanContext context = local()) {
            var keys = context.range(0, 200_000, 1, 2).map(x -> alike(x % 100_000)).cache();
            assertThat(keys.mapToPair(key -> Pair.of(key, 1)).reduceByKey(Integer::sum, 2).count()).isEqualTo(100_000);
            assertThat(keys.distinct().count()).isEqualTo(100_000);
            var lengths = keys.mapToPair(key -> Pair.of(key, key.length()));
            assertThat(lengths.groupByKey(2).count()).isEqualTo(100_000);
            assertThat(lengths.join(keys.distinct().mapToPair(key -> Pair.of(key, 1))).count()).isEqualTo(200_000);
        }
    }

    /** One of many texts that all have the same hash code. */
    private static String alike(long number) {
        var text = new StringBuilder();
        for (int i = 0; i < 17; i++) {
            text.append((number >> i & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    @Test
    void aLineageOfTwentyThousandStepsIsRefusedByNameAndTheContextGoesOn() {
        try (CapstanContext context = local()) {
            Rdd<Long> deep = context.range(10);
            for (int i = 0; i < 20_000; i++) {
                deep = deep.map(x -> x + 1);
            }
            Rdd<Long> tooDeep = deep;
            assertThatThrownBy(tooDeep::count).hasMessageContaining("checkpoint").hasMessageContaining("20001");
            assertThat(context.range(10).count()).isEqualTo(10);
        }
    }

    @Test
    void aLineageOfTheLargestDepthAllowedRuns() {
        try (CapstanContext context = local()) {
            Rdd<Long> deep = context.range(0, 10, 1, 2);
            for (int i = 0; i < 1_999; i++) {
                deep = deep.map(x -> x + 1);
            }
            assertThat(deep.reduce(Long::sum)).isEqualTo(45 + 10 * 1_999);
        }
    }

    @Test
    @Timeout(180)
    void aChainOfAThousandShufflesRuns() {
        try (CapstanContext context = local()) {
            PairRdd<Long, Long> pairs = context.range(0, 10, 1, 2).mapToPair(x -> Pair.of(x, 0L));
            for (int i = 0; i < 1_000; i++) {
                pairs =
                        pairs.mapToPair(pair -> Pair.of((pair.key() + 1) % 10, pair.value() + 1))
                                .reduceByKey(Long::sum, 2);
            }
            assertThat(pairs.values().reduce(Long::sum)).isEqualTo(10_000);
        }
    }

    @Test
    void aTaskThatFailsOnceIsTriedAgainWhenTheUrlAllowsIt() {
        var attempts = new ConcurrentLinkedQueue<Long>();
        ATTEMPTS.put("retry", attempts);
        try (CapstanContext context =
                CapstanContext.builder()
                        .master("local[2,3]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.exclusion.enabled", "false")
                        .create()) {
            long sum =
                    context.range(0, 4, 1, 4)
                            .map(x -> {
                                Queue<Long> seen = ATTEMPTS.get("retry");
                                seen.add(x);
                                if (x == 2 && seen.stream().filter(one -> one == 2).count() < 3) {
                                    throw new IllegalStateException("not yet");
                                }
                                return x;
                            })
                            .reduce(Long::sum);
            assertThat(sum).isEqualTo(6);
            assertThat(attempts.stream().filter(one -> one == 2)).hasSize(3);
        }
    }

    @Test
    void aTaskThatFailsTooOftenTellsItsWholeHistory() {
        try (CapstanContext context =
                CapstanContext.builder().master("local[2,3]").conf("capstan.console.progress", "false").create()) {
            Rdd<Long> failing =
                    context.range(0, 4, 1, 4)
                            .map(x -> {
                                if (x == 2) {
                                    throw new IOException("the disk of element " + x + " is gone");
                                }
                                return x;
                            });
            assertThatThrownBy(failing::count)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("failed 3 times")
                    .hasMessageContaining("attempt 0")
                    .hasMessageContaining("attempt 2")
                    .hasMessageContaining("the disk of element 2 is gone")
                    .satisfies(
                            e -> assertThat(e.getMessage().lines().count()).as("lines on the screen").isLessThan(50));
        }
    }

    private static final Map<String, Queue<Long>> ATTEMPTS = new ConcurrentHashMap<>();

    @Test
    void resultsThatTakeTooMuchEndTheJobNamingTheKey() {
        try (CapstanContext context = local("capstan.driver.maxResultSize", "1m")) {
            Rdd<String> large = context.range(0, 100, 1, 10).map(x -> "x".repeat(50_000));
            assertThatThrownBy(large::collect)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("capstan.driver.maxResultSize");
            assertThat(large.count()).isEqualTo(100);
        }
    }

    @Test
    void aTaskThatIgnoresItsEndLosesItsThreadButNotTheSlot() throws InterruptedException {
        try (CapstanContext context = local("capstan.task.killTimeout", "200ms")) {
            var release = new CountDownLatch(1);
            RELEASES.put("stubborn", release);
            context.setJobGroup("stubborn", "ignores interrupts", true);
            JobFuture<Long> job =
                    context.range(0, 2, 1, 2)
                            .map(x -> {
                                boolean over = false;
                                while (!over) {
                                    try {
                                        RELEASES.get("stubborn").await();
                                        over = true;
                                    } catch (InterruptedException e) {
                                        over = false; // this is what makes it stubborn
                                    }
                                }
                                return x;
                            })
                            .countAsync();
            context.clearJobGroup();
            assertThat(Await.until(() -> release.getCount() == 1 && !job.isDone(), Duration.ofSeconds(5))).isTrue();
            context.cancelJobGroup("stubborn", "enough");
            assertThat(context.range(0, 100, 1, 8).count())
                    .as("both slots work again although their threads are still stuck")
                    .isEqualTo(100);
            release.countDown();
        }
    }

    private static final Map<String, CountDownLatch> RELEASES = new ConcurrentHashMap<>();

    @Test
    void nullsAreValuesLikeAnyOther() {
        try (CapstanContext context = local()) {
            List<String> words = Arrays.asList("a", null, "b", null);
            assertThat(context.parallelize(words, 3).collect()).isEqualTo(words);
            assertThat(context.parallelize(words, 3).distinct().count()).isEqualTo(3);
            assertThat(
                            context.parallelize(words, 3)
                                    .mapToPair(word -> Pair.of(word, 1))
                                    .reduceByKey(Integer::sum)
                                    .collectAsMap())
                    .containsEntry(null, 2);
        }
    }

    @Test
    void aComparatorThatContradictsItselfIsNamedOrDoesNoHarm() {
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < 5_000; i++) {
            numbers.add(i * 7_919 % 5_003);
        }
        try (CapstanContext context = local()) {
            PairRdd<Long, Long> pairs = context.parallelize(numbers, 4).mapToPair(x -> Pair.of(x, x));
            var contradicts = new Contradictory();
            try {
                assertThat(pairs.sortByKey(contradicts, 3).count()).isEqualTo(5_000);
            } catch (JobFailedException e) {
                assertThat(e).hasMessageContaining("comparator");
            }
            assertThat(context.range(10).count()).isEqualTo(10);
        }
    }

    /** Says of any two different numbers that the first is larger. */
    private static final class Contradictory implements SerializableComparator<Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public int compare(Long a, Long b) {
            return a.equals(b) ? 0 : (a ^ b) % 3 == 0 ? -1 : 1;
        }
    }

    @Test
    void fairPoolsShareTheCores(@TempDir Path dir) throws IOException, InterruptedException {
        Path pools = dir.resolve("pools");
        Files.writeString(pools, "pool slow weight=1\npool quick weight=3 minShare=1\n");
        try (CapstanContext context =
                local("capstan.scheduler.mode", "fair", "capstan.scheduler.pools", pools.toString())) {
            var release = new CountDownLatch(1);
            RELEASES.put("fair", release);
            context.setPool("slow");
            JobFuture<Long> slow =
                    context.range(0, 200, 1, 200)
                            .map(x -> {
                                RELEASES.get("fair").await(20, TimeUnit.MILLISECONDS);
                                return x;
                            })
                            .countAsync();
            context.setPool("quick");
            assertThat(context.range(0, 4, 1, 4).count()).isEqualTo(4);
            assertThat(slow.isDone()).as("the quick pool did not wait for the slow one").isFalse();
            release.countDown();
            assertThat(slow.get()).isEqualTo(200);
        }
    }

    @Test
    void whenNothingRunsTheProgramIsToldWhy() {
        Queue<String> notices = new ConcurrentLinkedQueue<>();
        try (CapstanContext context =
                CapstanContext.builder()
                        .master("local[2]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.task.cpus", "4")
                        .conf("capstan.scheduler.starvationAfter", "100ms")
                        .listener(event -> {
                            if (event instanceof JobEvent.Notice(var text)) {
                                notices.add(text);
                            }
                        })
                        .create()) {
            JobFuture<Long> job = context.range(10).countAsync();
            assertThat(Await.until(() -> !notices.isEmpty(), Duration.ofSeconds(20))).isTrue();
            assertThat(notices.peek()).contains("cpus 4").contains("cpus 2");
            job.cancel("nothing will come of it");
        }
    }

    @Test
    void listenersHearOfTheEndOfJobsThatAreRunningWhenTheContextIsClosed() {
        Queue<JobEvent.JobEnded> ends = new ConcurrentLinkedQueue<>();
        CapstanContext context =
                CapstanContext.builder()
                        .master("local[2]")
                        .conf("capstan.console.progress", "false")
                        .listener(event -> {
                            if (event instanceof JobEvent.JobEnded ended) {
                                ends.add(ended);
                            }
                        })
                        .create();
        JobFuture<Long> job =
                context.range(0, 2, 1, 2)
                        .map(x -> {
                            new CountDownLatch(1).await();
                            return x;
                        })
                        .countAsync();
        context.close();
        assertThat(ends).hasSize(1);
        assertThat(ends.peek().job()).isEqualTo(job.id());
        assertThatThrownBy(job::get).hasMessageContaining("the context was stopped");
    }

    @Test
    void aProgramMayAskWhyNothingRuns() throws InterruptedException {
        try (CapstanContext context = local("capstan.task.cpus", "4")) {
            JobFuture<Long> job = context.range(10).countAsync();
            assertThat(context.explain()).contains("cpus 4");
            job.cancel("nothing will come of it");
        }
    }

    @Test
    @Timeout(120)
    void aJobThatIsCancelledTheMomentItIsSubmittedEnds() throws InterruptedException {
        try (CapstanContext context = local()) {
            for (int i = 0; i < 300; i++) {
                var cancel = new CountDownLatch(1);
                Thread canceller =
                        Thread.ofVirtual()
                                .start(() -> {
                                    cancel.countDown();
                                    context.cancelAllJobs("at once");
                                });
                cancel.await();
                JobFuture<Long> job = context.range(0, 4, 1, 4).countAsync();
                canceller.join();
                try {
                    assertThat(job.get()).isEqualTo(4);
                } catch (JobCancelledException e) {
                    assertThat(e).hasMessageContaining("at once");
                }
            }
        }
    }

    @Test
    void manySmallJobsLeaveNothingBehind() {
        var counter = new AtomicInteger();
        try (CapstanContext context = local()) {
            int before = Thread.activeCount();
            for (int i = 0; i < 2_000; i++) {
                counter.addAndGet((int) context.range(0, 10, 1, 2).count());
            }
            assertThat(counter).hasValue(20_000);
            assertThat(Thread.activeCount()).isLessThan(before + 10);
        }
    }
}

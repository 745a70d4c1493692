package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.accumulator.Accumulator;
import dev.capstan.engine.accumulator.DoubleAccumulator;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Broadcasts and accumulators on a real driver with a real executor. */
@Tag("live")
@Timeout(120)
class SharedVariablesLiveTest {
    /** What the functions of these tests share with them; they run in this process. */
    private static final ConcurrentLinkedQueue<Object> SEEN = new ConcurrentLinkedQueue<>();

    private static final Map<Integer, Boolean> FAILED_ONCE = new ConcurrentHashMap<>();

    private static CapstanContext local(String master, String... settings) {
        var builder = CapstanContext.builder().master(master).conf("capstan.console.progress", "false");
        for (int i = 0; i < settings.length; i += 2) {
            builder.conf(settings[i], settings[i + 1]);
        }
        return builder.create();
    }

    private static CapstanContext bySending() {
        return local("local[2]", "capstan.broadcast.shareInProcess", "false");
    }

    // ---- broadcasts

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void everyTaskReadsTheBroadcastValue(String share) {
        try (CapstanContext context = local("local[2]", "capstan.broadcast.shareInProcess", share)) {
            Broadcast<Map<Long, String>> names = context.broadcast(Map.of(0L, "even", 1L, "odd"));
            assertThat(context.range(0, 100, 1, 20).map(x -> names.value().get(x % 2)).countByValue())
                    .isEqualTo(Map.of("even", 50L, "odd", 50L));
        }
    }

    @Test
    void executorsInTheProcessGetTheObjectItself() {
        try (CapstanContext context = local("local[2]")) {
            SEEN.clear();
            int[] value = {1};
            Broadcast<int[]> broadcast = context.broadcast(value);
            context.range(0, 4, 1, 4).foreach(_ -> SEEN.add(broadcast.value()));
            assertThat(SEEN).hasSize(4).allSatisfy(seen -> assertThat(seen).isSameAs(value));
        }
    }

    @Test
    void aLargeValueIsSentOnceAndSharedByAllTasks() {
        try (CapstanContext context = bySending()) {
            SEEN.clear();
            byte[] noise = new byte[10 << 20];
            new Random(3).nextBytes(noise);
            Broadcast<byte[]> broadcast = context.broadcast(noise);
            assertThat(context.range(0, 40, 1, 40).map(_ -> add(broadcast.value())).reduce(Long::sum))
                    .isEqualTo(40L * noise.length);
            assertThat(SEEN).hasSize(40).allSatisfy(seen -> assertThat(seen).isSameAs(SEEN.peek()));
            assertThat((byte[]) SEEN.peek()).isEqualTo(noise).isNotSameAs(noise);
        }
    }

    private static long add(byte[] seen) {
        SEEN.add(seen);
        return seen.length;
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void aTaskThatUsesADestroyedBroadcastSaysWhereItWasDestroyed(String share) {
        try (CapstanContext context = local("local[2]", "capstan.broadcast.shareInProcess", share)) {
            Broadcast<String> broadcast = context.broadcast("hello");
            Rdd<Integer> lengths = context.range(3).map(_ -> broadcast.value().length());
            assertThat(lengths.reduce(Integer::sum)).isEqualTo(15);
            broadcast.destroy();
            assertThatThrownBy(lengths::collect).hasMessageContaining("was destroyed at SharedVariablesLiveTest.java:");
            assertThatThrownBy(broadcast::value).hasMessageContaining("was destroyed at SharedVariablesLiveTest.java:");
        }
    }

    @Test
    void anUnpersistedBroadcastIsReadAnew() {
        try (CapstanContext context = bySending()) {
            SEEN.clear();
            Broadcast<List<Integer>> broadcast = context.broadcast(List.of(1, 2, 3));
            Rdd<Integer> sizes = context.range(0, 1, 1, 1).map(_ -> sizeOf(broadcast.value()));
            assertThat(sizes.collect()).containsExactly(3);
            broadcast.unpersist();
            assertThat(Await.until(() -> sizes.collect().equals(List.of(3)) && differentSeen() == 2, bound())).isTrue();
        }
    }

    private static int sizeOf(List<Integer> list) {
        SEEN.add(list);
        return list.size();
    }

    private static long differentSeen() {
        return SEEN.stream().map(System::identityHashCode).distinct().count();
    }

    private static Duration bound() {
        return Duration.ofSeconds(30);
    }

    @Test
    void aDatasetCannotBeBroadcast() {
        try (CapstanContext context = local("local[2]")) {
            Rdd<Long> numbers = context.range(3);
            assertThatThrownBy(() -> context.broadcast(numbers))
                    .hasMessageContaining("exists in the driver only")
                    .hasMessageContaining("SharedVariablesLiveTest.java:");
        }
    }

    // ---- accumulators

    @Test
    void whatTasksAddIsThereWhenTheActionReturns() {
        try (CapstanContext context = local("local[2]")) {
            LongAccumulator odd = context.longAccumulator("odd");
            DoubleAccumulator halves = context.doubleAccumulator("halves");
            Accumulator<Long, List<Long>> tens = context.collectionAccumulator("tens");
            context.range(0, 100, 1, 7)
                    .foreach(x -> {
                        odd.add(x % 2);
                        halves.add(x / 2.0);
                        if (x % 10 == 0) {
                            tens.add(x);
                        }
                    });
            assertThat(odd.value()).isEqualTo(50);
            assertThat(halves.value()).isEqualTo(2475);
            assertThat(tens.value()).containsExactlyInAnyOrder(0L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L);
        }
    }

    @Test
    void attemptsThatFailAddNothing() {
        try (CapstanContext context = local("local[4,4]")) {
            FAILED_ONCE.clear();
            LongAccumulator mapped = context.longAccumulator("mapped");
            LongAccumulator reduced = context.longAccumulator("reduced");
            Map<Long, Long> sums =
                    context.range(0, 1_000, 1, 10)
                            .mapToPair(x -> {
                                mapped.add(1);
                                failOnceAtTheEndOf(x, 100, 99);
                                return Pair.of(x % 5, x);
                            })
                            .reduceByKey(Long::sum, 5)
                            .mapValues(sum -> {
                                reduced.add(1);
                                failOnceAtTheEndOf(1_000 + TaskContext.current().partition(), 1, 0);
                                return sum;
                            })
                            .collectAsMap();
            assertThat(sums).hasSize(5);
            assertThat(FAILED_ONCE).hasSize(15);
            assertThat(mapped.value()).isEqualTo(1_000);
            assertThat(reduced.value()).isEqualTo(5);
        }
    }

    private static void failOnceAtTheEndOf(long number, int every, int at) {
        if (number % every == at && FAILED_ONCE.putIfAbsent((int) number, true) == null) {
            throw new IllegalStateException("the first attempt fails");
        }
    }

    @Test
    void aJobThatIsCancelledDoesNotKeepOthersFromCounting() throws InterruptedException {
        try (CapstanContext context = local("local[2]")) {
            LongAccumulator sum = context.longAccumulator("sum");
            JobFuture<Void> endless =
                    context.range(0, 1, 1, 1)
                            .foreachAsync(_ -> {
                                sum.add(1_000_000);
                                while (!TaskContext.current().isInterrupted()) {
                                    Thread.onSpinWait();
                                }
                                TaskContext.current().checkKilled();
                            });
            context.range(0, 10, 1, 2).foreach(_ -> sum.add(1));
            endless.cancel("enough");
            assertThatThrownBy(endless::get).hasMessageContaining("enough");
            context.range(0, 10, 1, 2).foreach(_ -> sum.add(1));
            assertThat(sum.value()).isEqualTo(20);
        }
    }

    @Test
    void aTaskThatReadsAnAccumulatorFailsWithTheReason() {
        try (CapstanContext context = local("local[2]")) {
            LongAccumulator sum = context.longAccumulator("sum");
            assertThatThrownBy(() -> context.range(3).map(x -> x + sum.value()).collect())
                    .hasMessageContaining("accumulator 'sum'")
                    .hasMessageContaining("tasks may add");
        }
    }

    @Test
    void aStageThatIsSkippedAddsNothingAgain() {
        try (CapstanContext context = local("local[2]")) {
            LongAccumulator sum = context.longAccumulator("sum");
            var counts =
                    context.range(0, 10, 1, 2)
                            .mapToPair(x -> {
                                sum.add(1);
                                return Pair.of(x % 3, 1L);
                            })
                            .reduceByKey(Long::sum);
            assertThat(counts.count()).isEqualTo(3);
            assertThat(counts.count()).isEqualTo(3);
            assertThat(sum.value()).isEqualTo(10);
        }
    }
}

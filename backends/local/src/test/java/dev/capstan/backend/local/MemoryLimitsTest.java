package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.testing.Await;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

/** Programs that need more memory than there is, and data that resists; each fails or works by itself. */
@Tag("live")
@Timeout(120)
class MemoryLimitsTest {
    private static final long BUDGET = 8 << 20;

    @TempDir private Path disk;

    private final AtomicReference<TaskMetrics> costs = new AtomicReference<>(TaskMetrics.NONE);
    private CapstanContext context;

    @BeforeEach
    void open() {
        double fraction = (double) BUDGET / Runtime.getRuntime().maxMemory();
        context =
                CapstanContext.builder()
                        .master("local[2]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.memory.fraction", String.valueOf(fraction))
                        .conf("capstan.local.dirs", disk.toString())
                        .listener(event -> {
                            if (event instanceof JobEvent.JobEnded ended) {
                                costs.getAndUpdate(sum -> sum.plus(ended.summary().metrics()));
                            }
                        })
                        .create();
    }

    @AfterEach
    void theContextGoesOnAndLeavesNothing() {
        assertThat(context.range(0, 1_000, 1, 4).mapToPair(x -> Pair.of(x % 10, x)).groupByKey(2).count())
                .isEqualTo(10);
        context.close();
        assertThat(disk).isEmptyDirectory();
        assertThat(Await.until(() -> taskThreads() == 0, Duration.ofSeconds(20))).as("task threads end").isTrue();
    }

    private static long taskThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().startsWith("executor-0-task"))
                .count();
    }

    /** Random, so that they cannot be compressed either. */
    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    }

    /** 40 MB of one key, and a few others. */
    private PairRdd<String, byte[]> hot() {
        return context.range(0, 400, 1, 4).mapToPair(x -> Pair.of(x % 100 == 7 ? "cold" + x : "hot", bytes(100_000)));
    }

    private static void fails(ThrowingCallable job, String... told) {
        assertThatThrownBy(job)
                .isInstanceOf(JobFailedException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(told));
    }

    @Test
    void aGroupThatDoesNotFitIsToldWithItsKey() {
        fails(() -> hot().groupByKey(2).count(), "groupByKey at MemoryLimitsTest.java", "'hot'", "reduceByKey");
    }

    @Test
    void aGroupOfACogroupThatDoesNotFitIsToldWithItsKey() {
        fails(() -> hot().cogroup(hot(), 2).count(), "cogroup at MemoryLimitsTest.java", "'hot'");
    }

    @Test
    void aKeyOfAJoinThatDoesNotFitIsToldWithItsKey() {
        fails(() -> hot().join(hot(), 2).count(), "join at MemoryLimitsTest.java", "'hot'");
    }

    @Test
    void aListOfOneKeyThatDoesNotFitIsToldWithItsKey() {
        fails(
                () ->
                        hot().aggregateByKey(
                                        new ArrayList<byte[]>(),
                                        (list, value) -> {
                                            list.add(value);
                                            return list;
                                        },
                                        (list, more) -> {
                                            list.addAll(more);
                                            return list;
                                        },
                                        2)
                                .count(),
                "aggregateByKey at MemoryLimitsTest.java",
                "'hot'");
    }

    @Test
    void whatIsSpilledIsCountedAndNoTaskHoldsMoreThanItsShare() {
        PairRdd<Long, byte[]> pairs = context.range(0, 40_000, 1, 4).mapToPair(x -> Pair.of(x % 20_000, bytes(1_000)));
        assertThat(pairs.groupByKey(2).filter(group -> group.value().size() == 2).count()).isEqualTo(20_000);
        assertThat(pairs.sortByKey(true, 2).count()).isEqualTo(40_000);
        assertThat(costs.get().memorySpilledBytes()).isGreaterThan(40_000_000);
        assertThat(costs.get().diskSpilledBytes()).isGreaterThan(40_000_000);
        assertThat(costs.get().peakMemoryBytes()).isPositive().isLessThanOrEqualTo(BUDGET);
    }

    /** Another hash code each time. */
    private record Moody(int number) implements Serializable {
        @Override
        public int hashCode() {
            return ThreadLocalRandom.current().nextInt();
        }
    }

    @Test
    void keysWhoseHashCodeChangesAreGroupedSomehowButNoneIsLost() {
        long values =
                context.range(0, 20_000, 1, 4)
                        .mapToPair(x -> Pair.of(new Moody((int) (x % 100)), bytes(1_000)))
                        .groupByKey(2)
                        .map(group -> (long) group.value().size())
                        .reduce(Long::sum);
        assertThat(values).isEqualTo(20_000);
    }

    private record Quarrelsome(int number) implements Serializable {
        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException(number + " is not to be compared");
        }
    }

    @Test
    void aKeyWhoseEqualsThrowsFailsTheJobWithItsMessage() {
        var pairs = context.range(0, 100, 1, 4).mapToPair(x -> Pair.of(new Quarrelsome((int) (x % 5)), x));
        fails(() -> pairs.groupByKey(2).count(), "is not to be compared", "Quarrelsome.equals");
        fails(() -> pairs.reduceByKey(Long::sum, 2).count(), "is not to be compared", "Quarrelsome.equals");
    }

    @Test
    void aComparatorThatThrowsFailsTheJobWithItsMessage() {
        fails(
                () ->
                        context.range(0, 20_000, 1, 4)
                                .mapToPair(x -> Pair.of(x, bytes(1_000)))
                                .sortByKey(
                                        (Long a, Long b) -> {
                                            if (a == 1_234 || b == 1_234) {
                                                throw new IllegalStateException("1234 has no place");
                                            }
                                            return Long.compare(a, b);
                                        },
                                        2)
                                .count(),
                "1234 has no place");
    }

    /** Cannot be written if its number is 77. */
    private static final class Fragile implements Serializable {
        private static final long serialVersionUID = 1L;
        private final int number;

        Fragile(int number) {
            this.number = number;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            if (number == 77) {
                throw new IOException("77 must not leave");
            }
            out.defaultWriteObject();
        }
    }

    @Test
    void aValueThatCannotBeWrittenIsToldWithItsClass() {
        fails(
                () ->
                        context.range(0, 200, 1, 4)
                                .mapToPair(x -> Pair.of(x, new Fragile((int) (long) x)))
                                .groupByKey(2)
                                .count(),
                "77 must not leave",
                "Fragile");
    }

    private record Holder(long number, Object inside) implements Serializable {}

    @Test
    void aFieldWhoseValueCannotBeWrittenIsToldWithItsClass() {
        fails(
                () ->
                        context.range(0, 200, 1, 4)
                                .mapToPair(x -> Pair.of(x, new Holder(x, x == 77 ? new Object() : "fine")))
                                .groupByKey(2)
                                .count(),
                "cannot serialize an instance of " + Holder.class.getName(),
                Holder.class.getName() + ".inside is a java.lang.Object");
    }

    @Test
    void aRecordLargerThanTheMemoryOfATaskPassesThroughShuffleAndSort() {
        PairRdd<Long, byte[]> huge = context.range(0, 4, 1, 2).mapToPair(x -> Pair.of(4 - x, new byte[30 << 20]));
        assertThat(huge.sortByKey(true, 2).map(pair -> (long) pair.value().length).reduce(Long::sum))
                .isEqualTo(4L * (30 << 20));
        assertThat(huge.partitionBy(new HashPartitioner(3)).count()).isEqualTo(4);
    }

    @Test
    void aHundredJobsAtOnceThatAllSpillEndSoonWithTheRightResults() throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(100)) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int job = 0; job < 100; job++) {
                counts.add(
                        threads.submit(() ->
                                context.range(0, 8_000, 1, 2)
                                        .mapToPair(x -> Pair.of(x % 4_000, bytes(1_000)))
                                        .groupByKey(2)
                                        .filter(group -> group.value().size() == 2)
                                        .count()));
            }
            for (Future<Long> count : counts) {
                assertThat(count.get()).isEqualTo(4_000);
            }
        }
        assertThat(costs.get().memorySpilledBytes()).isPositive();
    }
}

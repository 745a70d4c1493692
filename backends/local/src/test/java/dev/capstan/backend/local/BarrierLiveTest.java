package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Barrier stages on a real driver with a real executor. */
@Tag("live")
@Timeout(120)
class BarrierLiveTest {
    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final AtomicInteger WAITING = new AtomicInteger();
    private static final AtomicInteger ENDED = new AtomicInteger();

    @BeforeEach
    void countFromZero() {
        RUNS.set(0);
        WAITING.set(0);
        ENDED.set(0);
    }

    private static CapstanContext local(String master, String... settings) {
        var builder = CapstanContext.builder().master(master).conf("capstan.console.progress", "false");
        for (int i = 0; i < settings.length; i += 2) {
            builder.conf(settings[i], settings[i + 1]);
        }
        return builder.create();
    }

    private static Iterator<List<String>> tenRounds(int partition, Iterator<Long> part) {
        long first = part.next();
        List<List<String>> heard = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            heard.add(TaskContext.current().allGather(round + ":" + partition + ":" + first));
            TaskContext.current().barrier();
        }
        return heard.iterator();
    }

    private static List<String> said(int round) {
        return List.of(round + ":0:0", round + ":1:10", round + ":2:20", round + ":3:30");
    }

    @Test
    void tasksHearOfEachOtherInTheOrderOfPartitionsTenTimes() {
        try (CapstanContext context = local("local[4]")) {
            List<List<String>> heard =
                    context.range(0, 40, 1, 4)
                            .barrier()
                            .mapPartitionsWithIndex((partition, part) -> tenRounds(partition, part))
                            .collect();
            assertThat(heard).hasSize(40);
            for (int i = 0; i < 40; i++) {
                assertThat(heard.get(i)).isEqualTo(said(i % 10));
            }
        }
    }

    @Test
    void bytesAreGatheredInAStageThatWritesAShuffle() {
        try (CapstanContext context = local("local[4]")) {
            Map<Integer, Long> sums =
                    context.range(0, 4, 1, 4)
                            .barrier()
                            .mapPartitions(_ -> List.of(sumOfAll()).iterator())
                            .countByValue();
            assertThat(sums).isEqualTo(Map.of(6, 4L));
            assertThat(
                            context.range(0, 4, 1, 4)
                                    .barrier()
                                    .mapPartitions(_ -> List.of(sumOfAll()).iterator())
                                    .distinct()
                                    .collect())
                    .containsExactly(6);
        }
    }

    private static int sumOfAll() {
        TaskContext task = TaskContext.current();
        return task.allGather(new byte[] {(byte) task.partition()}).stream().mapToInt(bytes -> bytes[0]).sum();
    }

    private static Iterator<String> failsOnce(int partition) {
        boolean first = RUNS.incrementAndGet() <= 4;
        TaskContext task = TaskContext.current();
        List<String> all = task.allGather(task.task().toString());
        if (first && partition == 2) {
            throw new IllegalStateException("boom");
        }
        task.barrier();
        ENDED.incrementAndGet();
        return all.iterator();
    }

    @Test
    void whenOneTaskFailsAllRunAgainTogether() {
        try (CapstanContext context = local("local[4,3]")) {
            List<String> tasks =
                    context.range(0, 4, 1, 4)
                            .barrier()
                            .mapPartitionsWithIndex((partition, _) -> failsOnce(partition))
                            .collect();
            assertThat(RUNS).hasValue(8);
            assertThat(ENDED).as("of the first round nobody passes the barrier").hasValue(4);
            assertThat(tasks).hasSize(16);
            assertThat(List.copyOf(new LinkedHashSet<>(tasks))).hasSize(4);
        }
    }

    @Test
    void aJobWhoseTaskFailsTooOftenTellsThatFailureAndNotThoseOfTheOthers() {
        try (CapstanContext context = local("local[4]")) {
            Rdd<String> failing =
                    context.range(0, 4, 1, 4).barrier().mapPartitionsWithIndex((partition, _) -> failsOnce(partition));
            assertThatThrownBy(failing::collect).isInstanceOf(JobFailedException.class).hasMessageContaining("boom");
        }
    }

    private static Iterator<Integer> oneDoesNotCome(int partition) {
        TaskContext task = TaskContext.current();
        if (partition == 1) {
            Await.until(task::isInterrupted, Duration.ofSeconds(60));
        } else {
            task.barrier();
        }
        ENDED.incrementAndGet();
        return List.of(partition).iterator();
    }

    @Test
    void whoDoesNotComeInTimeEndsTheJobAndIsNamed() {
        try (CapstanContext context = local("local[4]", "capstan.barrier.timeout", "300ms")) {
            Rdd<Integer> late =
                    context.range(0, 4, 1, 4)
                            .barrier()
                            .mapPartitionsWithIndex((partition, _) -> oneDoesNotCome(partition));
            assertThatThrownBy(late::collect)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("only 3 of 4 tasks came to barrier() (call 1) within 300 ms")
                    .hasMessageContaining("[1]");
        }
    }

    private static Iterator<Integer> oneCallsSomethingElse(int partition) {
        TaskContext task = TaskContext.current();
        if (partition == 1) {
            task.allGather("hello");
        } else {
            task.barrier();
        }
        return List.of(partition).iterator();
    }

    @Test
    void tasksThatCallDifferentThingsEndTheJobAtOnce() {
        try (CapstanContext context = local("local[4]")) {
            Rdd<Integer> torn =
                    context.range(0, 4, 1, 4)
                            .barrier()
                            .mapPartitionsWithIndex((partition, _) -> oneCallsSomethingElse(partition));
            assertThatThrownBy(torn::collect).hasMessageContaining("must call the same things in the same order");
        }
    }

    private static Iterator<Integer> oneLeavesEarly(int partition) {
        if (partition != 3) {
            TaskContext.current().barrier();
        }
        return List.of(partition).iterator();
    }

    @Test
    void tasksThatCallUnequallyOftenEndTheJobAtOnce() {
        try (CapstanContext context = local("local[4]")) {
            Rdd<Integer> torn =
                    context.range(0, 4, 1, 4)
                            .barrier()
                            .mapPartitionsWithIndex((partition, _) -> oneLeavesEarly(partition));
            assertThatThrownBy(torn::collect).hasMessageContaining("partition 3 has ended without it");
        }
    }

    @Test
    void morePartitionsThanCoresEndTheJobWithThatReason() {
        try (CapstanContext context = local("local[2]", "capstan.scheduler.unplaceableAfter", "200ms")) {
            Rdd<Integer> large = context.range(0, 3, 1, 3).barrier().mapPartitions(_ -> List.of(sumOfAll()).iterator());
            assertThatThrownBy(large::collect)
                    .hasMessageContaining("needs 3 tasks")
                    .hasMessageContaining("never had more than 2 slots")
                    .hasMessageContaining("use fewer partitions");
        }
    }

    private static Iterator<Integer> waitsForEver(int partition) {
        TaskContext task = TaskContext.current();
        task.onCompletion(ENDED::incrementAndGet);
        WAITING.incrementAndGet();
        if (partition == 0) {
            Await.until(task::isInterrupted, Duration.ofSeconds(60));
            task.checkKilled();
        }
        task.barrier();
        return List.of(partition).iterator();
    }

    @Test
    void aJobThatIsCancelledLeavesNoTaskWaiting() {
        try (CapstanContext context = local("local[4]")) {
            JobFuture<List<Integer>> job =
                    context.range(0, 4, 1, 4)
                            .barrier()
                            .mapPartitionsWithIndex((partition, _) -> waitsForEver(partition))
                            .collectAsync();
            assertThat(Await.until(() -> WAITING.get() == 4, Duration.ofSeconds(30))).isTrue();
            job.cancel("enough");
            assertThat(Await.until(() -> ENDED.get() == 4, Duration.ofSeconds(30))).isTrue();
            assertThat(context.range(0, 4, 1, 4).count()).as("the cores are free again").isEqualTo(4);
        }
    }

    @Test
    void onlyBarrierStagesHaveBarriers() {
        try (CapstanContext context = local("local[2]")) {
            Rdd<Integer> plain = context.range(0, 2, 1, 2).mapPartitions(_ -> List.of(sumOfAll()).iterator());
            assertThatThrownBy(plain::collect).hasMessageContaining("rdd.barrier().mapPartitions");
        }
    }

    @Test
    void whatCannotRunAsABarrierStageIsRefusedBeforeItRuns() {
        try (CapstanContext context = local("local[2]")) {
            Rdd<Integer> sums = context.range(0, 2, 1, 2).barrier().mapPartitions(_ -> List.of(sumOfAll()).iterator());
            assertThatThrownBy(() -> sums.take(1))
                    .hasMessageContaining("1 of the 2 partitions")
                    .hasMessageContaining("use an action that computes all");
            assertThatThrownBy(() -> sums.coalesce(1).collect()).hasMessageContaining("put a shuffle between them");
            assertThatThrownBy(() -> sums.zip(sums).collect()).hasMessageContaining("more than one way");
            assertThat(sums.repartition(1).collect()).containsExactly(1, 1);
        }
    }
}

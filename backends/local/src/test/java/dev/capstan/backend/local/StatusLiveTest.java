package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextStatus;
import dev.capstan.driver.ContextStatus.JobState;
import dev.capstan.driver.ContextStatus.StageInfo;
import dev.capstan.driver.ContextStatus.StorageInfo;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** What a program can ask of what runs and what is kept. */
@Tag("live")
class StatusLiveTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** Tasks run in this process and see it. */
    private static volatile CountDownLatch gate = new CountDownLatch(0);

    private final CapstanContext context =
            CapstanContext.builder().master("local[2]").conf("capstan.console.progress", "false").create();

    @AfterEach
    void close() {
        gate.countDown();
        context.close();
    }

    private ContextStatus status() {
        try {
            return context.status();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Stream<StageInfo> stages() {
        return status().stages().stream();
    }

    @Test
    void aJobIsShownWhileItRunsAndAfterwards() throws InterruptedException {
        gate = new CountDownLatch(1);
        context.setJobGroup("nightly", "", false);
        context.addTag("slow");
        JobFuture<Long> counting =
                context.range(0, 8, 1, 4)
                        .mapToPair(number -> {
                            gate.await();
                            return Pair.of(number % 2, number);
                        })
                        .reduceByKey(Long::sum, 3)
                        .countAsync();
        assertThat(Await.until(() -> stages().anyMatch(stage -> stage.active() == 4), BOUND)).isTrue();
        ContextStatus running = context.status();
        int id = counting.id().number();
        assertThat(running.activeJobIds()).containsExactly(id);
        assertThat(running.jobIdsOfGroup("nightly")).containsExactly(id);
        assertThat(running.jobIdsWithTag("slow")).containsExactly(id);
        assertThat(running.jobIdsOfGroup("other")).isEmpty();
        ContextStatus.JobInfo job = running.job(id).orElseThrow();
        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        assertThat(job.finished()).isZero();
        assertThat(job.wanted()).isEqualTo(3);
        assertThat(job.stageIds()).hasSize(2);
        int first = running.activeStageIds().getFirst();
        StageInfo stage = running.stage(first).orElseThrow();
        assertThat(stage).isEqualTo(new StageInfo(first, stage.name(), 4, 4, 0, 0));
        gate.countDown();
        assertThat(counting.get()).isEqualTo(2);
        ContextStatus ended = context.status();
        assertThat(ended.activeJobIds()).isEmpty();
        assertThat(ended.activeStageIds()).isEmpty();
        assertThat(ended.jobIdsOfGroup("nightly")).containsExactly(id);
        assertThat(ended.job(id).orElseThrow().state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(ended.stage(first))
                .as("its outputs are still there")
                .hasValueSatisfying(done -> {
                    assertThat(done.completed()).isEqualTo(4);
                    assertThat(done.active()).isZero();
                });
    }

    @Test
    void aJobThatFailedSaysSo() throws InterruptedException {
        Rdd<Long> failing = context.range(0, 4, 1, 2).map(number -> 1 / number);
        assertThatThrownBy(failing::count).hasMessageContaining("ArithmeticException");
        assertThat(context.status().jobs())
                .singleElement()
                .extracting(ContextStatus.JobInfo::state)
                .isEqualTo(JobState.FAILED);
    }

    @Test
    void whatIsKeptOfADatasetIsShownWithItsSizeInMemoryAndOnDisk() throws InterruptedException {
        Rdd<byte[]> inMemory = context.range(0, 100, 1, 4).map(_ -> new byte[1000]).persist(StorageLevel.MEMORY_ONLY);
        Rdd<byte[]> onDisk = context.range(0, 100, 1, 4).map(_ -> new byte[1000]).persist(StorageLevel.DISK_ONLY);
        assertThat(context.status().storage(inMemory)).isEmpty();
        assertThat(inMemory.toDebugString()).contains("kept as MEMORY_ONLY]");
        inMemory.count();
        onDisk.count();
        StorageInfo memory = context.status().storage(inMemory).orElseThrow();
        assertThat(memory.cachedPartitions()).isEqualTo(4);
        assertThat(memory.memoryBytes()).isBetween(100_000L, 130_000L);
        assertThat(memory.diskBytes()).isZero();
        StorageInfo disk = context.status().storage(onDisk).orElseThrow();
        assertThat(disk.memoryBytes()).isZero();
        assertThat(disk.diskBytes()).as("compressed").isBetween(100L, 100_000L);
        assertThat(inMemory.toDebugString())
                .contains("kept as MEMORY_ONLY: 4 cached partitions, ", " KiB in memory, 0 B on disk]");
        inMemory.unpersist();
        assertThat(Await.until(() -> status().storage(inMemory).isEmpty(), BOUND)).isTrue();
        assertThat(context.status().storage(onDisk)).contains(disk);
    }

    @Test
    void theLineageIsToldAlsoWhenTheContextIsStopped() {
        Rdd<Long> kept = context.range(0, 4, 1, 2).cache();
        kept.count();
        context.close();
        assertThat(kept.toDebugString()).contains("kept as MEMORY_ONLY]");
    }
}

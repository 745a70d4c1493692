package dev.capstan.backend.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextStatus.StorageInfo;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What executors in processes of their own keep, and read from each other. */
@Tag("process")
@Timeout(180)
public abstract class SeveralExecutorsContract {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int PARTITIONS = 6;

    /** A master with three executors on this machine, each with a process and one core. */
    protected abstract String master();

    private static final int EXECUTORS = 3;

    @TempDir private Path meetings;

    private CapstanContext context;
    private LongAccumulator computed;

    @BeforeEach
    void open() {
        context = CapstanContext.builder().master(master()).conf("capstan.console.progress", "false").create();
        computed = context.longAccumulator("computed");
        assertThat(where(context.range(0, PARTITIONS, 1, PARTITIONS))).hasSize(PARTITIONS);
    }

    @AfterEach
    void close() {
        context.close();
    }

    /** The process that computes, or reads, each partition; each executor does some. */
    private List<Long> where(Rdd<?> dataset) {
        var rendezvous = Rendezvous.in(meetings, EXECUTORS);
        return dataset.mapPartitions(
                        part -> {
                            part.forEachRemaining(_ -> {});
                            rendezvous.await();
                            return List.of(ProcessHandle.current().pid()).iterator();
                        })
                .collect();
    }

    private Rdd<String> counted() {
        LongAccumulator counter = computed;
        return context.range(0, 6_000, 1, PARTITIONS)
                .mapPartitions(part -> {
                    counter.add(1);
                    return part;
                })
                .map(number -> "number " + number);
    }

    private Optional<StorageInfo> stored(Rdd<?> dataset) {
        try {
            return context.status().storage(dataset);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean awaitCopies(Rdd<?> dataset, int copies) {
        return Await.until(() -> stored(dataset).map(StorageInfo::copies).orElse(0) == copies, BOUND);
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageLevel.class,
            names = {"MEMORY_ONLY", "MEMORY_ONLY_SER", "MEMORY_AND_DISK", "DISK_ONLY", "OFF_HEAP"})
    void whatAnotherExecutorKeepsIsReadFromThere(StorageLevel level) {
        Rdd<String> kept = counted().persist(level);
        assertThat(where(kept)).hasSize(PARTITIONS);
        assertThat(awaitCopies(kept, PARTITIONS)).isTrue();
        assertThat(kept.coalesce(1).collect()).hasSize(6_000).startsWith("number 0").endsWith("number 5999");
        assertThat(computed.value()).isEqualTo(PARTITIONS);
        assertThat(stored(kept).orElseThrow().copies()).as("reading makes no copies").isEqualTo(PARTITIONS);
    }

    @Test
    void tasksRunWhereTheirPartitionsAreKept() {
        Rdd<String> kept = counted().cache();
        List<Long> first = where(kept);
        assertThat(awaitCopies(kept, PARTITIONS)).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(where(kept)).isEqualTo(first);
        }
        assertThat(computed.value()).isEqualTo(PARTITIONS);
    }

    @Test
    void aLocalCheckpointIsReadFromTheExecutorsThatKeepIt() {
        Rdd<String> numbers = counted();
        numbers.localCheckpoint();
        assertThat(where(numbers)).hasSize(PARTITIONS);
        assertThat(awaitCopies(numbers, PARTITIONS)).isTrue();
        assertThat(numbers.coalesce(1).count()).isEqualTo(6_000);
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageLevel.class,
            names = {"MEMORY_ONLY_2", "MEMORY_AND_DISK_SER_2", "DISK_ONLY_2"})
    void aSecondCopyIsMadeAndMadeAgainWhenItsExecutorIsLost(StorageLevel level) {
        Rdd<String> kept = counted().persist(level);
        List<Long> first = where(kept);
        assertThat(awaitCopies(kept, 2 * PARTITIONS)).as(() -> "copies: " + stored(kept)).isTrue();
        assertThat(kept.toDebugString()).contains(PARTITIONS + " cached partitions in " + 2 * PARTITIONS + " copies");
        ProcessHandle.of(first.getFirst()).orElseThrow().destroyForcibly();
        assertThat(kept.count()).isEqualTo(6_000);
        assertThat(awaitCopies(kept, 2 * PARTITIONS)).as(() -> "copies: " + stored(kept)).isTrue();
        assertThat(kept.coalesce(1).count()).isEqualTo(6_000);
        assertThat(computed.value()).as("nothing was computed again").isEqualTo(PARTITIONS);
        kept.unpersist();
        assertThat(Await.until(() -> stored(kept).isEmpty(), BOUND)).isTrue();
    }

    @Test
    void threeCopiesAreOnThreeExecutors() {
        Rdd<String> kept = counted().persist(StorageLevel.DISK_ONLY_3);
        kept.count();
        assertThat(awaitCopies(kept, 3 * PARTITIONS)).as(() -> "copies: " + stored(kept)).isTrue();
    }

    @Test
    void aPartitionThatIsLargerThanTheMemoryOfItsReaderIsStreamed() {
        Rdd<byte[]> kept = context.range(0, 1_500, 1, 3).map(_ -> new byte[100_000]).persist(StorageLevel.DISK_ONLY);
        assertThat(where(kept)).hasSize(3);
        assertThat(awaitCopies(kept, 3)).isTrue();
        assertThat(kept.coalesce(1).map(bytes -> (long) bytes.length).reduce(Long::sum)).isEqualTo(150_000_000);
    }
}

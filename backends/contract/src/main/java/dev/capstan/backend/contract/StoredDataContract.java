package dev.capstan.backend.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextStatus.StorageInfo;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.engine.function.Pair;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What every master does with data that is kept, shared or saved. */
@Tag("live")
@Timeout(180)
public abstract class StoredDataContract {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir private Path directory;

    private CapstanContext context;

    /** A master with at least two cores. */
    protected abstract String master();

    @BeforeEach
    void open() {
        context = CapstanContext.builder().master(master()).conf("capstan.console.progress", "false").create();
    }

    @AfterEach
    void close() {
        context.close();
    }

    private boolean awaitStored(Rdd<?> dataset, int partitions) {
        return Await.until(
                () -> {
                    try {
                        return context.status().storage(dataset).map(StorageInfo::cachedPartitions).orElse(0)
                                == partitions;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                BOUND);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyLevelKeepsWhatWasComputedUntilItIsNotWantedAnyMore(StorageLevel level) {
        LongAccumulator computed = context.longAccumulator("computed");
        Rdd<String> kept =
                context.range(0, 2_000, 1, 4)
                        .map(number -> {
                            computed.add(1);
                            return "number " + number;
                        })
                        .persist(level);
        List<String> expected = LongStream.range(0, 2_000).mapToObj(number -> "number " + number).toList();
        assertThat(kept.collect()).isEqualTo(expected);
        assertThat(awaitStored(kept, 4)).isTrue();
        assertThat(kept.collect()).isEqualTo(expected);
        assertThat(kept.coalesce(2).collect()).isEqualTo(expected);
        assertThat(computed.value()).isEqualTo(2_000);
        kept.unpersist();
        assertThat(awaitStored(kept, 0)).isTrue();
        assertThat(kept.collect()).isEqualTo(expected);
        assertThat(computed.value()).isEqualTo(4_000);
    }

    @Test
    void everyTaskReadsABroadcastValueUntilItIsDestroyed() {
        Broadcast<Map<Long, String>> names = context.broadcast(Map.of(0L, "even", 1L, "odd"));
        Rdd<String> named = context.range(0, 100, 1, 20).map(number -> names.value().get(number % 2));
        assertThat(named.countByValue()).isEqualTo(Map.of("even", 50L, "odd", 50L));
        names.unpersist();
        assertThat(named.countByValue()).isEqualTo(Map.of("even", 50L, "odd", 50L));
        names.destroy();
        assertThatThrownBy(named::collect).hasMessageContaining("was destroyed at StoredDataContract.java:");
    }

    @Test
    void aBroadcastValueOfManyPiecesArrivesWhole() {
        long[] numbers = LongStream.range(0, 2_000_000).map(number -> number * 0x9E3779B97F4A7C15L).toArray();
        Broadcast<long[]> broadcast = context.broadcast(numbers);
        assertThat(context.range(0, 8, 1, 8).map(_ -> Arrays.hashCode(broadcast.value())).collect())
                .containsOnly(Arrays.hashCode(numbers));
    }

    @Test
    void whatIsSavedIsReadAgain() {
        Rdd<Long> numbers = context.range(0, 1_000, 1, 4);
        String text = directory.resolve("text").toString();
        numbers.map(number -> "line " + number).saveAsTextFile(text);
        assertThat(context.textFile(text).collect())
                .containsExactlyInAnyOrderElementsOf(numbers.map(number -> "line " + number).collect());
        String objects = directory.resolve("objects").toString();
        numbers.mapToPair(number -> Pair.of(number, "n" + number)).saveAsObjectFile(objects);
        assertThat(context.objectFile(objects).count()).isEqualTo(1_000);
    }

    @Test
    void aLineageIsCutByACheckpointInFilesOrOnTheExecutors() {
        context.setCheckpointDir(directory.resolve("checkpoints").toString());
        Rdd<Long> inFiles = context.range(0, 100, 1, 4).map(number -> number * 2);
        inFiles.checkpoint();
        assertThat(inFiles.reduce(Long::sum)).isEqualTo(9_900);
        assertThat(inFiles.isCheckpointed()).isTrue();
        assertThat(inFiles.coalesce(1).reduce(Long::sum)).isEqualTo(9_900);
        Rdd<Long> onExecutors = context.range(0, 100, 1, 4).map(number -> number * 2);
        onExecutors.localCheckpoint();
        assertThat(onExecutors.reduce(Long::sum)).isEqualTo(9_900);
        assertThat(onExecutors.isCheckpointed()).isTrue();
        assertThat(onExecutors.coalesce(1).reduce(Long::sum)).isEqualTo(9_900);
    }

    @Test
    void aResultLargerThanAMessageArrives() {
        List<byte[]> results = context.range(0, 2, 1, 2).map(number -> large((byte) (number + 1))).collect();
        assertThat(results).hasSize(2);
        assertThat(results.get(1)).hasSize(24 << 20).startsWith(2, 2).endsWith(2, 2);
    }

    private static byte[] large(byte of) {
        byte[] bytes = new byte[24 << 20];
        Arrays.fill(bytes, of);
        return bytes;
    }
}

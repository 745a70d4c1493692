package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.task.TaskMetrics;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Random;

/** What tasks say they cost, compared with the data and with each other. */
class MetricsTest {
    private static final long MEMORY = 2 << 20;
    private static final int PROGRAMS = 15;

    private enum Kind {
        PARTITION {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int partitions) {
                return pairs.partitionBy(new HashPartitioner(partitions));
            }
        },
        GROUP {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int partitions) {
                return pairs.groupByKey(partitions);
            }
        },
        REDUCE {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int partitions) {
                return pairs.reduceByKey((a, _) -> a, partitions);
            }
        };

        abstract Rdd<?> of(PairRdd<Long, byte[]> pairs, int partitions);
    }

    @ParameterizedTest
    @EnumSource
    void theCostsOfRandomProgramsAgreeWithTheirDataAndNothingStaysTaken(Kind kind) {
        long spilled = 0;
        for (int seed = 0; seed < PROGRAMS; seed++) {
            spilled += costs(kind, new Random(seed), kind + ", seed " + seed).memorySpilledBytes();
        }
        assertThat(spilled).as("some of them were short of memory").isPositive();
    }

    private static TaskMetrics costs(Kind kind, Random random, String program) {
        int records = 1 + random.nextInt(8_000);
        int keys = 1 + random.nextInt(records);
        int bytes = random.nextInt(1_500);
        long seed = random.nextLong();
        int maps = 1 + random.nextInt(4);
        try (ContextFixture fixture = ContextFixture.withMemory(MEMORY)) {
            PairRdd<Long, byte[]> pairs =
                    fixture.context()
                            .range(0, records, 1, maps)
                            .mapToPair(number -> Pair.of(number % keys, bytes(seed + number, bytes)));
            long count = kind.of(pairs, 1 + random.nextInt(4)).count();
            assertThat(count).as(program).isEqualTo(kind == Kind.PARTITION ? records : keys);
            TaskMetrics sum = fixture.runner().metrics().stream().reduce(TaskMetrics.NONE, TaskMetrics::plus);
            agree(sum, kind, records, keys, bytes, program);
            assertThat(fixture.runner().memory.usage().execution()).as(program).isZero();
            return sum;
        }
    }

    private static void agree(TaskMetrics sum, Kind kind, int records, int keys, int bytes, String program) {
        long written = sum.recordsWritten();
        if (kind == Kind.REDUCE) {
            assertThat(written).as("combined before they are sent: " + program).isBetween((long) keys, (long) records);
        } else {
            assertThat(written).as(program).isEqualTo(records);
        }
        assertThat(sum.recordsRead()).as("of the source, and of the shuffle: " + program).isEqualTo(records + written);
        assertThat(sum.shuffleBytesRead()).as("each was read once: " + program).isEqualTo(sum.shuffleBytesWritten());
        assertThat(sum.shuffleBytesWritten())
                .as("they cannot be compressed: " + program)
                .isGreaterThan(written * bytes);
        assertThat(sum.resultBytes()).as(program).isGreaterThanOrEqualTo(sum.shuffleBytesWritten());
        assertThat(sum.diskSpilledBytes() > 0).as(program).isEqualTo(sum.memorySpilledBytes() > 0);
        assertThat(sum.peakMemoryBytes()).as(program).isBetween(0L, MEMORY);
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}

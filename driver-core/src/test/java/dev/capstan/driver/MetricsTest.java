package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.TaskMetrics;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Random;

/** What tasks say they cost, compared with the data and with each other. */
class MetricsTest {
    private static final long MEMORY = 2 << 20;
    private static final int PROGRAMS = 15;

    /** What a program does with its pairs. */
    private enum Kind {
        PARTITION {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int keys, int partitions) {
                return pairs.partitionBy(new HashPartitioner(partitions));
            }
        },
        GROUP {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int keys, int partitions) {
                return pairs.groupByKey(partitions);
            }
        },
        REDUCE {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int keys, int partitions) {
                return pairs.reduceByKey((a, _) -> a, partitions);
            }
        },
        SORT {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int keys, int partitions) {
                return pairs.sortByKey(true, partitions);
            }
        },
        JOIN {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int keys, int partitions) {
                Rdd<Long> other = pairs.context().range(0, keys, 1, partitions);
                return pairs.join(other.mapToPair(key -> Pair.of(key, key)), partitions);
            }
        },
        CACHE {
            @Override
            Rdd<?> of(PairRdd<Long, byte[]> pairs, int keys, int partitions) {
                var cached = pairs.persist(StorageLevel.MEMORY_AND_DISK);
                assertThat(cached.count()).isPositive();
                return cached.partitionBy(new HashPartitioner(partitions));
            }
        };

        abstract Rdd<?> of(PairRdd<Long, byte[]> pairs, int keys, int partitions);

        /** How many results so many records of so many keys make. */
        long results(int records, int keys) {
            return this == GROUP || this == REDUCE ? keys : records;
        }

        /** How many records come from sources: at least, and at most where some are looked at before. */
        long[] fromSources(int records, int keys) {
            return switch (this) {
                case PARTITION, GROUP, REDUCE -> new long[] {records, records};
                case SORT -> new long[] {records, 2L * records};
                case JOIN -> new long[] {records + keys, records + keys};
                case CACHE -> new long[] {records, 2L * records};
            };
        }

        /** How many records go through shuffles: at least, and at most where some are combined before. */
        long[] shuffled(int records, int keys) {
            return switch (this) {
                case PARTITION, GROUP, SORT, CACHE -> new long[] {records, records};
                case REDUCE -> new long[] {keys, records};
                case JOIN -> new long[] {records + keys, records + keys};
            };
        }
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
            long count = kind.of(pairs, keys, 1 + random.nextInt(4)).count();
            assertThat(count).as(program).isEqualTo(kind.results(records, keys));
            TaskMetrics sum = fixture.runner().metrics().stream().reduce(TaskMetrics.NONE, TaskMetrics::plus);
            agree(sum, kind.fromSources(records, keys), kind.shuffled(records, keys), program);
            assertThat(sum.shuffleBytesWritten())
                    .as("they cannot be compressed: " + program)
                    .isGreaterThan((kind == Kind.JOIN ? records : sum.recordsWritten()) * bytes);
            assertThat(fixture.runner().memory.usage().execution()).as(program).isZero();
            return sum;
        }
    }

    private static void agree(TaskMetrics sum, long[] fromSources, long[] shuffled, String program) {
        assertThat(sum.recordsWritten()).as(program).isBetween(shuffled[0], shuffled[1]);
        assertThat(sum.recordsRead() - sum.recordsWritten())
                .as("what was not read of the shuffle: " + program)
                .isBetween(fromSources[0], fromSources[1]);
        assertThat(sum.shuffleBytesRead()).as("each was read once: " + program).isEqualTo(sum.shuffleBytesWritten());
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

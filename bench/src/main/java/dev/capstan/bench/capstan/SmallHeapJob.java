package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Payload;
import dev.capstan.bench.side.SortRecord;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@link SmallHeap} does with records, of which there is a multiple of {@link #UNIT}. */
enum SmallHeapJob {
    SORT("sort by string keys") {
        @Override
        Sum run(CapstanContext context, long records) {
            return context.range(0, records, 1, PARTITIONS)
                    .mapToPair(number -> Pair.of(SortRecord.key(number), Payload.of(number)))
                    .sortByKey(true, PARTITIONS)
                    .mapPartitions(sorted -> List.of(Sum.ofSorted(sorted)).iterator())
                    .reduce(Sum::plus);
        }
    },
    JOIN("join, each key once on each side") {
        @Override
        Sum run(CapstanContext context, long records) {
            PairRdd<Long, byte[]> left = payloads(context, records / 2, records / 2);
            return Sum.ofEach(
                    left.join(payloads(context, records / 2, records / 2), PARTITIONS)
                            .flatMap(row -> List.of(row.value().key(), row.value().value())));
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / 2).plus(Sum.upTo(records / 2));
        }
    },
    COGROUP("cogroup of three sides") {
        @Override
        Sum run(CapstanContext context, long records) {
            long each = records / UNIT * 132;
            return Sum.ofEach(
                    payloads(context, each, each / 4)
                            .cogroup(payloads(context, each, each / 2), payloads(context, each, each), PARTITIONS)
                            .flatMap(group -> {
                                List<byte[]> all = new ArrayList<>(group.value().first());
                                all.addAll(group.value().second());
                                all.addAll(group.value().third());
                                return all;
                            }));
        }

        @Override
        Sum expected(long records) {
            Sum side = Sum.upTo(records / UNIT * 132);
            return side.plus(side).plus(side);
        }
    },
    GROUPBYKEY("groupByKey, four values of each key") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(
                    payloads(context, records, records / 4).groupByKey(PARTITIONS).flatMap(group -> group.value()));
        }
    },
    GROUPSMALL("groupByKey of small numbers, four times as many") {
        @Override
        Sum run(CapstanContext context, long records) {
            int keys = (int) (records / 2);
            return context.range(0, 4 * records, 1, PARTITIONS)
                    .mapToPair(number -> Pair.of((int) (number % keys), number))
                    .groupByKey(PARTITIONS)
                    .map(group ->
                            new Sum(group.value().size(), group.value().stream().mapToLong(Long::longValue).sum()))
                    .reduce(Sum::plus);
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(4 * records);
        }
    },
    GROUPMIXED("groupByKey where one value in a thousand has half of all bytes") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(
                    context.range(0, records / 2, 1, PARTITIONS)
                            .mapToPair(number ->
                                    Pair.of(
                                            number / 4,
                                            Payload.of(number, number % 1000 == 0 ? 92_000 : Payload.LENGTH)))
                            .groupByKey(PARTITIONS)
                            .flatMap(group -> group.value()));
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / 2);
        }
    },
    GROUPLARGE("groupByKey of values of 1 MB") {
        @Override
        Sum run(CapstanContext context, long records) {
            long large = records / 10_000;
            return Sum.ofEach(
                    context.range(0, large, 1, PARTITIONS)
                            .mapToPair(number -> Pair.of(number / 2, Payload.of(number, 1 << 20)))
                            .groupByKey(PARTITIONS)
                            .flatMap(group -> group.value()));
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / 10_000);
        }
    },
    REDUCEBYKEY("reduceByKey with half as many keys as records") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(
                    payloads(context, records, records / 2)
                            .reduceByKey((a, b) -> Payload.number(a) > Payload.number(b) ? a : b, PARTITIONS)
                            .values());
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records).minus(Sum.upTo(records / 2));
        }
    },
    AGGREGATEBYKEY("aggregateByKey into lists of a hundred") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(
                    payloads(context, records, records / 100)
                            .aggregateByKey(
                                    new ArrayList<byte[]>(),
                                    (list, value) -> {
                                        list.add(value);
                                        return list;
                                    },
                                    (list, other) -> {
                                        list.addAll(other);
                                        return list;
                                    },
                                    PARTITIONS)
                            .flatMap(group -> group.value()));
        }
    },
    DISTINCT("distinct strings, half of them twice") {
        @Override
        Sum run(CapstanContext context, long records) {
            long different = records / 2;
            return context.range(0, records, 1, PARTITIONS)
                    .map(number -> text(number % different))
                    .distinct(PARTITIONS)
                    .map(text -> new Sum(1, Long.parseLong(text, 0, text.indexOf(' '), 10)))
                    .reduce(Sum::plus);
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / 2);
        }
    },
    CACHEDISK("cached in memory and on disk, read twice") {
        @Override
        Sum run(CapstanContext context, long records) {
            return readTwice(context, records, StorageLevel.MEMORY_AND_DISK);
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records).plus(Sum.upTo(records));
        }
    },
    CACHE("cached in memory as far as it goes, read twice") {
        @Override
        Sum run(CapstanContext context, long records) {
            return readTwice(context, records, StorageLevel.MEMORY_ONLY);
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records).plus(Sum.upTo(records));
        }
    },
    RARELARGEREDUCE("reduceByKey where few values have 2 MB each") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(
                    rarelyLarge(context, records)
                            .reduceByKey((a, b) -> Payload.number(a) > Payload.number(b) ? a : b, PARTITIONS)
                            .values());
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / RARE);
        }
    },
    RARELARGEAGGREGATE("aggregateByKey into lists where few values have 2 MB each") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(
                    rarelyLarge(context, records)
                            .aggregateByKey(
                                    new ArrayList<byte[]>(),
                                    (list, value) -> {
                                        list.add(value);
                                        return list;
                                    },
                                    (list, other) -> {
                                        list.addAll(other);
                                        return list;
                                    },
                                    PARTITIONS)
                            .flatMap(group -> group.value()));
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / RARE);
        }
    },
    RARELARGEGROUP("groupByKey where few values have 2 MB each") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(rarelyLarge(context, records).groupByKey(PARTITIONS).flatMap(group -> group.value()));
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / RARE);
        }
    },
    RARELARGESORT("sortByKey where few values have 2 MB each") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(rarelyLarge(context, records).sortByKey(true, PARTITIONS).values());
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / RARE);
        }
    },
    RARELARGECACHE("cached in memory as far as it goes, where few values have 2 MB each") {
        @Override
        Sum run(CapstanContext context, long records) {
            PairRdd<Long, byte[]> cached = rarelyLarge(context, records);
            cached.persist(StorageLevel.MEMORY_ONLY);
            return Sum.ofEach(cached.values()).plus(Sum.ofEach(cached.values()));
        }

        @Override
        Sum expected(long records) {
            return Sum.upTo(records / RARE).plus(Sum.upTo(records / RARE));
        }
    },
    REPARTITION("repartition") {
        @Override
        Sum run(CapstanContext context, long records) {
            return Sum.ofEach(
                    context.range(0, records, 1, PARTITIONS)
                            .map(number -> Payload.of(number))
                            .repartition(PARTITIONS + 3));
        }
    };

    static final int PARTITIONS = 8;

    /** What numbers of records are multiples of, so that groups come out even. */
    static final int UNIT = 400;

    /** One record where others have so many. */
    private static final int RARE = 40;

    /** One in so many is large. */
    private static final int LARGE_EACH = 400;

    private static final int LETTERS = 90;

    private final String about;

    SmallHeapJob(String about) {
        this.about = about;
    }

    /** How many records there are and the sum of their numbers. */
    record Sum(long count, long sum) implements Serializable {
        static final Sum NONE = new Sum(0, 0);

        static Sum upTo(long end) {
            return new Sum(end, end * (end - 1) / 2);
        }

        static Sum ofEach(Rdd<byte[]> payloads) {
            return payloads.aggregate(NONE, (sum, payload) -> sum.plus(of(payload)), Sum::plus);
        }

        private static Sum of(byte[] payload) {
            return new Sum(1, Payload.number(payload));
        }

        static Sum ofSorted(Iterator<Pair<String, byte[]>> sorted) {
            Sum sum = NONE;
            String before = "";
            while (sorted.hasNext()) {
                Pair<String, byte[]> record = sorted.next();
                if (before.compareTo(record.key()) > 0) {
                    throw new IllegalStateException("wrong result: " + record.key() + " after " + before);
                }
                before = record.key();
                sum = sum.plus(of(record.value()));
            }
            return sum;
        }

        Sum plus(Sum other) {
            return new Sum(count + other.count, sum + other.sum);
        }

        Sum minus(Sum other) {
            return new Sum(count - other.count, sum - other.sum);
        }
    }

    /** Does it, and tells what came out. */
    abstract Sum run(CapstanContext context, long records);

    /** What must come out. */
    Sum expected(long records) {
        return Sum.upTo(records);
    }

    String about() {
        return about;
    }

    String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SmallHeapJob of(String name) {
        return Arrays.stream(values())
                .filter(job -> job.lowerCase().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no job "
                                        + name
                                        + " on a small heap, but "
                                        + Arrays.stream(values())
                                                .map(SmallHeapJob::lowerCase)
                                                .collect(Collectors.joining(", "))));
    }

    private static PairRdd<Long, byte[]> payloads(CapstanContext context, long records, long keys) {
        return context.range(0, records, 1, PARTITIONS).mapToPair(number -> Pair.of(number % keys, Payload.of(number)));
    }

    /** Keys of their own, among them one in so many with a value that has nearly all the bytes. */
    private static PairRdd<Long, byte[]> rarelyLarge(CapstanContext context, long records) {
        return context.range(0, records / RARE, 1, PARTITIONS)
                .mapToPair(number ->
                        Pair.of(number, Payload.of(number, number % LARGE_EACH == 7 ? 2 << 20 : Payload.LENGTH)));
    }

    private static Sum readTwice(CapstanContext context, long records, StorageLevel level) {
        Rdd<byte[]> cached = context.range(0, records, 1, PARTITIONS).map(number -> Payload.of(number)).persist(level);
        return Sum.ofEach(cached).plus(Sum.ofEach(cached));
    }

    private static String text(long number) {
        StringBuilder text = new StringBuilder().append(number).append(' ');
        for (long more = 0; text.length() < LETTERS; more++) {
            text.append(SortRecord.key(number + more));
        }
        return text.toString();
    }
}

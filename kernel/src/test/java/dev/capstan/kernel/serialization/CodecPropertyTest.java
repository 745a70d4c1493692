package dev.capstan.kernel.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Random values: each comes back equal, and of the same bytes; damaged ones are refused, whatever they ask for. */
class CodecPropertyTest {
    private static final int SEEDS = 3_000;

    record Node(@Nullable Object left, int number, @Nullable Object right) implements Serializable {}

    record Wide(byte a, short b, char c, int d, long e, float f, double g, boolean h, @Nullable String i)
            implements Serializable {}

    /** Equal to another by what is in the array or queue, which have no equals of their own. */
    record Holder(Object content) implements Serializable {
        private Object comparable() {
            return content instanceof ArrayDeque<?> queue ? queue.toArray() : content;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Holder that
                    && content.getClass() == that.content.getClass()
                    && Arrays.deepEquals(new Object[] {comparable()}, new Object[] {that.comparable()});
        }

        @Override
        public int hashCode() {
            return content.getClass().hashCode();
        }
    }

    static final class Box implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        private final @Nullable Object content;

        Box(@Nullable Object content) {
            this.content = content;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Box that && Objects.equals(content, that.content);
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(content);
        }
    }

    static Stream<Serializer> serializers() {
        return Stream.of(new CompactSerializer(), new JavaSerializer());
    }

    private static @Nullable Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 13 : 28)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt() >> random.nextInt(32);
            case 3 -> random.nextLong() >> random.nextInt(64);
            case 4 -> random.nextDouble();
            case 5 -> (float) random.nextGaussian();
            case 6 -> (short) random.nextInt();
            case 7 -> (char) random.nextInt();
            case 8 -> text(random);
            case 9 -> TimeUnit.values()[random.nextInt(7)];
            case 10 -> BigInteger.valueOf(random.nextLong());
            case 11 ->
                    new Wide(
                            (byte) 1, (short) 2, 'c', random.nextInt(), random.nextLong(), 1f, 2.0, true, text(random));
            case 12 -> scalar(random);
            case 13 -> new LinkedList<>(elements(random, depth));
            case 14 -> Map.of(text(random), random.nextInt());
            case 15 -> ordered(random);
            case 16 -> new Holder(new ArrayDeque<>(List.of(text(random), random.nextInt())));
            case 17 -> new Holder(array(random, depth));
            case 18 -> new ArrayList<>(elements(random, depth));
            case 19 -> Arrays.asList(elements(random, depth).toArray());
            case 20 -> new LinkedHashSet<>(elements(random, depth));
            case 21 -> map(new LinkedHashMap<>(), random, depth);
            case 22 -> map(new HashMap<>(), random, depth);
            case 23 -> new TreeMap<>(Map.of(random.nextInt(), text(random), 0, text(random)));
            case 24 -> Optional.ofNullable(value(random, depth + 1));
            case 25 -> new Box(text(random)); // more, and Java's bytes would tell which parts were one object
            case 26 -> elements(random, depth).stream().toList();
            default -> new Node(value(random, depth + 1), random.nextInt(), value(random, depth + 1));
        };
    }

    private static Object scalar(Random random) {
        long seconds = random.nextLong(-100_000_000_000L, 100_000_000_000L);
        int nanos = random.nextInt(1_000_000_000);
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(-64_800, 64_801));
        LocalDateTime local = LocalDateTime.ofEpochSecond(seconds, nanos, offset);
        return switch (random.nextInt(15)) {
            case 0 -> new BigInteger(random.nextInt(200), random).negate();
            case 1 -> new BigDecimal(new BigInteger(random.nextInt(100), random), random.nextInt() >> 20);
            case 2 -> new UUID(random.nextLong(), random.nextLong());
            case 3 -> new Date(random.nextLong());
            case 4 -> local.toLocalDate();
            case 5 -> local.toLocalTime();
            case 6 -> local;
            case 7 -> Instant.ofEpochSecond(seconds, nanos);
            case 8 -> Duration.ofSeconds(random.nextLong(), nanos);
            case 9 -> Period.of(random.nextInt(), random.nextInt(), random.nextInt());
            case 10 -> YearMonth.from(local);
            case 11 -> offset;
            case 12 -> zone(random);
            case 13 -> local.atOffset(offset);
            default -> ZonedDateTime.ofInstant(local, offset, zone(random));
        };
    }

    private static ZoneId zone(Random random) {
        return ZoneId.of(List.of("Europe/Berlin", "UTC", "America/New_York", "Z", "UTC+02:00").get(random.nextInt(5)));
    }

    private static Object ordered(Random random) {
        TreeMap<String, Integer> map = new TreeMap<>(Comparator.reverseOrder());
        map.put(text(random), random.nextInt());
        map.put(text(random), random.nextInt());
        if (random.nextBoolean()) {
            return map;
        }
        TreeSet<String> set = new TreeSet<>(Comparator.reverseOrder());
        set.addAll(map.keySet());
        return set;
    }

    private static Object array(Random random, int depth) {
        int length = random.nextInt(5);
        return switch (random.nextInt(12)) {
            case 0 -> bytes(random, new byte[length]);
            case 1 -> random.ints(length).toArray();
            case 2 -> random.longs(length).toArray();
            case 3 -> random.doubles(length).toArray();
            case 4 -> new float[] {random.nextFloat(), Float.NaN};
            case 5 -> new short[] {(short) random.nextInt(), 0};
            case 6 -> text(random).toCharArray();
            case 7 -> new boolean[] {random.nextBoolean(), true, random.nextBoolean()};
            case 8 -> elements(random, depth).toArray();
            case 9 -> new @Nullable LocalDate[] {LocalDate.ofEpochDay(random.nextInt()), null};
            case 10 -> new int[][] {random.ints(length).toArray(), {}, {1}};
            default -> new @Nullable Node[] {new Node(text(random), length, null), null};
        };
    }

    private static byte[] bytes(Random random, byte[] array) {
        random.nextBytes(array);
        return array;
    }

    private static String text(Random random) {
        int bound = List.of(0x80, 0x100, 0x10000).get(random.nextInt(3));
        return random.ints(random.nextInt(20), 0, bound)
                .collect(StringBuilder::new, (text, letter) -> text.append((char) letter), StringBuilder::append)
                .toString();
    }

    private static List<@Nullable Object> elements(Random random, int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            elements.add(value(random, depth + 1));
        }
        return elements;
    }

    private static Object map(Map<Object, @Nullable Object> map, Random random, int depth) {
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(text(random), value(random, depth + 1));
        }
        return map;
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void randomValuesComeBackEqualAndOfTheSameBytes(Serializer serializer) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Object value = value(new Random(seed), 0);
            byte[] bytes = serializer.serialize(value);
            Object back = serializer.deserialize(bytes, loader());
            assertThat(back).as("seed %d", seed).isEqualTo(value);
            assertThat(serializer.serialize(value(new Random(seed), 0))).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    @Test
    void whatWasReadIsWrittenAsTheSameBytes() {
        CompactSerializer serializer = new CompactSerializer();
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] bytes = serializer.serialize(value(new Random(seed), 0));
            Object back = serializer.deserialize(bytes, loader());
            assertThat(serializer.serialize(back)).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void passingOverARecordEndsWhereReadingItDoes(Serializer serializer) {
        var out = new ByteOutput();
        Serializer.RecordWriter writer = serializer.writer(out);
        for (int seed = 0; seed < 200; seed++) {
            writer.write(value(new Random(seed), 0));
        }
        SeekableReader passing = serializer.seekable(new ByteInput(out.toByteArray()), loader());
        SeekableReader reading = serializer.seekable(new ByteInput(out.toByteArray()), loader());
        while (passing != null && reading != null && passing.hasNext()) {
            int start = passing.position();
            passing.skip();
            Object value = reading.read();
            assertThat(reading.position()).isEqualTo(passing.position());
            int end = passing.position();
            passing.position(start);
            assertThat(passing.read()).isEqualTo(value);
            assertThat(passing.position()).isEqualTo(end);
        }
    }

    /** A length of 2 GB that were believed would be an OutOfMemoryError in the heap of a test. */
    @ParameterizedTest
    @MethodSource("serializers")
    void damagedBytesAreReadAsSomethingElseOrRefusedWithOneKindOfError(Serializer serializer) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = serializer.serialize(value(new Random(seed), 0));
            for (int change = 1 + random.nextInt(3); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextInt(4) == 0 ? 0x7F : random.nextInt());
            }
            if (random.nextInt(4) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            try {
                Object unused = serializer.deserialize(bytes, loader());
            } catch (SerializationException e) {
                assertThat(e).as("seed %d", seed).hasMessageNotContaining("OutOfMemory");
            }
        }
    }

    private static ClassLoader loader() {
        return CodecPropertyTest.class.getClassLoader();
    }
}

package dev.capstan.kernel.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Random values: each comes back equal, and of the same bytes; damaged ones are refused, whatever they ask for. */
class CodecPropertyTest {
    private static final int SEEDS = 3_000;

    record Node(@Nullable Object left, int number, @Nullable Object right) implements Serializable {}

    record Wide(byte a, short b, char c, int d, long e, float f, double g, boolean h, @Nullable String i)
            implements Serializable {}

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
        return switch (random.nextInt(depth > 4 ? 12 : 22)) {
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
            case 12 -> new ArrayList<>(elements(random, depth));
            case 13 -> Arrays.asList(elements(random, depth).toArray());
            case 14 -> new LinkedHashSet<>(elements(random, depth));
            case 15 -> map(new LinkedHashMap<>(), random, depth);
            case 16 -> map(new HashMap<>(), random, depth);
            case 17 -> new TreeMap<>(Map.of(random.nextInt(), text(random), 0, text(random)));
            case 18 -> Optional.ofNullable(value(random, depth + 1));
            case 19 -> new Box(text(random)); // more, and Java's bytes would tell which parts were one object
            case 20 -> elements(random, depth).stream().toList();
            default -> new Node(value(random, depth + 1), random.nextInt(), value(random, depth + 1));
        };
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

package dev.capstan.kernel.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class SerializerTest {
    record Point(double x, int y, @Nullable String label) implements Serializable {}

    record Plain(long number, List<Point> points) {}

    record Secret(String text) implements Serializable {
        private Object writeReplace() {
            return new Hidden(text.length());
        }
    }

    record Hidden(int length) implements Serializable {
        private Object readResolve() {
            return new Secret("x".repeat(length));
        }
    }

    static final class Counter implements Serializable {
        private static final long serialVersionUID = 1L;
        int count;

        @Override
        public boolean equals(Object other) {
            return other instanceof Counter that && that.count == count;
        }

        @Override
        public int hashCode() {
            return count;
        }
    }

    static final class Closed {}

    static Stream<Serializer> serializers() {
        return Stream.of(new JavaSerializer(), new CompactSerializer());
    }

    private static List<@Nullable Object> values() {
        return new ArrayList<>(
                Arrays.asList(
                        null,
                        true,
                        false,
                        0,
                        -1,
                        Integer.MIN_VALUE,
                        Integer.MAX_VALUE,
                        0L,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        -0.0,
                        Double.NaN,
                        1.5f,
                        (short) -7,
                        (byte) -128,
                        'ß',
                        '\uD800',
                        "",
                        "latin ÿ",
                        "wide \uD83D\uDE00 and a lone \uD800",
                        "x".repeat(70),
                        new BigDecimal("1.10"),
                        TimeUnit.DAYS,
                        new Point(1.5, -3, null),
                        new Secret("xxx"),
                        List.of(),
                        List.of(1),
                        List.of(1, "two", 3.0),
                        Stream.of(1, null).toList(),
                        new ArrayList<>(Arrays.asList(1, null, "x")),
                        Arrays.asList(1, 2),
                        new HashSet<>(List.of(1, 2)),
                        new LinkedHashSet<>(List.of(2, 1)),
                        new HashMap<>(Map.of("a", 1)),
                        new LinkedHashMap<>(Map.of(1, List.of())),
                        new TreeMap<>(Map.of(1, 2)),
                        Optional.empty(),
                        Optional.of("x"),
                        List.of(Optional.of(new Point(0, 0, "nested")))));
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void everyValueComesBackEqualAndOfTheSameClass(Serializer serializer) {
        for (Object value : values()) {
            Object back = serializer.deserialize(serializer.serialize(value), loader());
            assertThat(back).isEqualTo(value);
            if (value != null) {
                assertThat(back).hasSameClassAs(value);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void surrogatesThatStandAloneComeBack(Serializer serializer) {
        for (int length = 1; length <= 40; length++) {
            for (int at = 0; at < length; at++) {
                for (String letter : List.of("\uD83D", "\uDE00", "?", "\uD83D\uDE00")) {
                    String text = "?".repeat(length % 2) + "a".repeat(at) + letter + "b".repeat(length - at - 1);
                    String back = serializer.deserialize(serializer.serialize(text), loader());
                    assertThat(back).isEqualTo(text);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aStreamGivesAllRecordsInOrder(Serializer serializer) {
        ByteOutput bytes = new ByteOutput();
        Serializer.RecordWriter writer = serializer.writer(bytes);
        List<Object> expected = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            values().forEach(writer::write);
            expected.addAll(values());
        }
        assertThat(readAll(serializer, bytes)).isEqualTo(expected);
        assertThat(readAll(serializer, new ByteOutput())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void arraysComeBack(Serializer serializer) {
        for (Object array :
                List.of(
                        new byte[] {1, -2},
                        new int[] {1, -2, Integer.MIN_VALUE},
                        new long[] {Long.MIN_VALUE, 7},
                        new double[] {0.1, Double.NEGATIVE_INFINITY},
                        new String[] {"a", null},
                        new Object[] {1, "b", new int[] {3}},
                        new float[] {1f},
                        new int[][] {{1}, {2, 3}})) {
            Object back = serializer.deserialize(serializer.serialize(array), loader());
            assertThat(back).hasSameClassAs(array);
            assertThat(Arrays.deepEquals(new Object[] {back}, new Object[] {array})).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void whatChangesBetweenTwoWritesIsReadAsItWasEachTime(Serializer serializer) {
        ByteOutput bytes = new ByteOutput();
        Serializer.RecordWriter writer = serializer.writer(bytes);
        Counter counter = new Counter();
        writer.write(counter);
        counter.count = 7;
        writer.write(counter);
        List<Object> back = readAll(serializer, bytes);
        assertThat(back).extracting(each -> ((Counter) each).count).containsExactly(0, 7);
        assertThat(back.get(0)).isNotSameAs(back.get(1));
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aRecordThatCannotBeWrittenLeavesNothingBehind(Serializer serializer) {
        ByteOutput bytes = new ByteOutput();
        Serializer.RecordWriter writer = serializer.writer(bytes);
        writer.write("before");
        assertThatThrownBy(() -> writer.write(new ArrayList<>(List.of(new Point(1, 1, ""), new Closed()))))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining(Closed.class.getName())
                .hasMessageContaining("java.io.Serializable");
        writer.write(new Point(1, 2, "after"));
        assertThat(readAll(serializer, bytes)).isEqualTo(List.of("before", new Point(1, 2, "after")));
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aListThatContainsItselfComesBack(Serializer serializer) {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        List<?> back = serializer.deserialize(serializer.serialize(loop), loader());
        assertThat(back).hasSize(1);
        assertThat(back.getFirst()).isInstanceOf(List.class);
    }

    @Test
    void compactWritesWhatJavaCannotWithinArraysQueuesAndEntries() {
        var compact = new CompactSerializer();
        Plain plain = new Plain(1, List.of(new Point(1, 2, null)));
        Plain[] array = compact.deserialize(compact.serialize(new Plain[] {plain}), loader());
        assertThat(array).containsExactly(plain);
        ArrayDeque<Plain> queue = compact.deserialize(compact.serialize(new ArrayDeque<>(List.of(plain))), loader());
        assertThat(queue).containsExactly(plain);
        Object entry = compact.deserialize(compact.serialize(Map.entry("key", plain)), loader());
        assertThat(entry).isEqualTo(Map.entry("key", plain));
    }

    @Test
    void datesAndNumbersTakeFewBytes() {
        var compact = new CompactSerializer();
        assertThat(compact.serialize(LocalDate.of(2026, 11, 21))).hasSizeLessThanOrEqualTo(4);
        assertThat(compact.serialize(new BigDecimal("12.34"))).hasSizeLessThanOrEqualTo(5);
        assertThat(compact.serialize(new float[100])).hasSizeLessThanOrEqualTo(402);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void damagedBytesAreRefused(Serializer serializer) {
        byte[] good = serializer.serialize(new ArrayList<>(List.of("abc", 1, new Point(1, 2, "x"))));
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> serializer.deserialize(cut, loader())).isInstanceOf(SerializationException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void anUnknownClassIsNamedWithTheRemedy(Serializer serializer) {
        byte[] bytes = serializer.serialize(new Point(1, 2, ""));
        ClassLoader empty = new ClassLoader(ClassLoader.getPlatformClassLoader()) {};
        assertThatThrownBy(() -> serializer.deserialize(bytes, empty))
                .hasMessageContaining("class " + Point.class.getName() + " is not known here; add the jar");
    }

    @Test
    void theCompactSerializerTakesRecordsThatAreNotSerializable() {
        CompactSerializer serializer = new CompactSerializer();
        Plain plain = new Plain(1, List.of(new Point(1, 2, "a"), new Point(3, 4, null)));
        Object back = serializer.deserialize(serializer.serialize(plain), loader());
        assertThat(back).isEqualTo(plain);
    }

    @Test
    void theCompactSerializerNamesAClassOnce() {
        CompactSerializer serializer = new CompactSerializer();
        byte[] one = serializer.serialize(new ArrayList<>(Collections.nCopies(1, new Point(0, 0, null))));
        byte[] hundred = serializer.serialize(new ArrayList<>(Collections.nCopies(100, new Point(0, 0, null))));
        assertThat((hundred.length - one.length) / 99).isEqualTo(2 + 9 + 2 + 1);
    }

    private static List<Object> readAll(Serializer serializer, ByteOutput bytes) {
        Iterator<Object> records = serializer.reader(new ByteInput(bytes.toByteArray()), loader());
        List<Object> all = new ArrayList<>();
        records.forEachRemaining(all::add);
        return all;
    }

    private static ClassLoader loader() {
        return SerializerTest.class.getClassLoader();
    }
}

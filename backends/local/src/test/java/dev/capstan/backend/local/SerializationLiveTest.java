package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Programs whose serializer is another one, may not see all classes, or fails. */
@Tag("live")
@Timeout(60)
class SerializationLiveTest {
    private static final String HERE = SerializationLiveTest.class.getName();

    /** How often tasks were begun. */
    private static final AtomicInteger ATTEMPTS = new AtomicInteger();

    @TempDir private Path directory;

    private ContextBuilder local(String master) {
        return CapstanContext.builder()
                .master(master)
                .conf("capstan.console.progress", "false")
                .conf("capstan.local.dirs", directory.toString());
    }

    private static void goesOn(CapstanContext context) {
        assertThat(context.range(0, 10, 1, 2).count()).isEqualTo(10);
    }

    private void leavesNothing() {
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile).filter(file -> file.toFile().length() > 0)).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not serializable by Java. */
    private record Total(long sum, List<Integer> parts) {
        Total add(long more) {
            return new Total(sum + more, parts);
        }

        Total plus(Total other) {
            return add(other.sum);
        }
    }

    private record Version(int major, int minor) implements Comparable<Version> {
        @Override
        public int compareTo(Version other) {
            return Comparator.comparingInt(Version::major).thenComparingInt(Version::minor).compare(this, other);
        }
    }

    @Test
    void zerosAndEndsOfRangesAreRecordsAsElementsAre() {
        var zero = new Total(0, new ArrayList<>());
        try (CapstanContext context = local("local[2]").create()) {
            Rdd<Long> numbers = context.range(0, 10, 1, 3);
            assertThat(numbers.aggregate(zero, Total::add, Total::plus).sum()).isEqualTo(45);
            assertThat(numbers.treeAggregate(zero, Total::add, Total::plus).sum()).isEqualTo(45);
            assertThat(numbers.map(x -> new Total(x, List.of())).fold(zero, Total::plus).sum()).isEqualTo(45);
            var pairs = numbers.mapToPair(x -> Pair.of(new Version((int) (x / 4), (int) (x % 4)), x));
            assertThat(pairs.aggregateByKey(zero, Total::add, Total::plus).values().map(Total::sum).reduce(Long::sum))
                    .isEqualTo(45);
            assertThat(
                            pairs.mapValues(x -> new Total(x, List.of()))
                                    .foldByKey(zero, Total::plus)
                                    .values()
                                    .map(Total::sum)
                                    .reduce(Long::sum))
                    .isEqualTo(45);
            var from = new Version(0, 2);
            var to = new Version(1, 3);
            assertThat(pairs.filterByRange(from, to).values().collect()).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
            assertThat(pairs.sortByKey().filterByRange(from, to).values().collect())
                    .containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
        }
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** A serializer of a user's: Java's, upside down, which cannot read in any order. */
    public static final class Inverted implements Serializer {
        private static final JavaSerializer JAVA = new JavaSerializer();
        private static final AtomicInteger WRITTEN = new AtomicInteger();

        @Override
        public byte[] serialize(@Nullable Object value) {
            WRITTEN.incrementAndGet();
            return invert(JAVA.serialize(value));
        }

        private static byte[] invert(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ~bytes[i];
            }
            return bytes;
        }

        @Override
        public <T> T deserialize(byte[] bytes, ClassLoader loader) {
            return JAVA.deserialize(invert(bytes.clone()), loader);
        }

        @Override
        public RecordWriter writer(ByteOutput out) {
            return item -> {
                byte[] bytes = serialize(item);
                out.writeVarInt(bytes.length);
                out.write(bytes);
            };
        }

        @Override
        public <T> Iterator<T> reader(ByteInput in, ClassLoader loader) {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return in.hasRemaining();
                }

                @Override
                public T next() {
                    return deserialize(in.readBytes(in.readVarInt()), loader);
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "java", "own"})
    void everySerializerRunsTheSamePrograms(String name) {
        String serializer = name.equals("own") ? Inverted.class.getName() : name;
        try (CapstanContext context = local("local[2]").conf("capstan.serializer", serializer).create()) {
            Rdd<Integer> numbers = context.parallelize(numbers(1_000), 4);
            assertThat(numbers.mapToPair(n -> Pair.of("key-" + n % 7, n)).reduceByKey(Integer::sum).collectAsMap())
                    .hasSize(7)
                    .containsEntry("key-0", IntStream.range(0, 1_000).filter(n -> n % 7 == 0).sum());
            assertThat(numbers.sortBy(n -> -n).collect()).isEqualTo(numbers(1_000).reversed());
            assertThat(numbers.mapToPair(n -> Pair.of("k" + n, n)).sortByKey().first()).isEqualTo(Pair.of("k0", 0));
            Rdd<Integer> kept = numbers.map(n -> n + 1).persist(StorageLevel.DISK_ONLY);
            assertThat(kept.count()).isEqualTo(1_000);
            assertThat(kept.collect()).hasSize(1_000).startsWith(1);
            var shared = context.broadcast(List.of(1, 2, 3));
            assertThat(numbers.filter(n -> shared.value().contains(n)).count()).isEqualTo(3);
        }
        assertThat(Inverted.WRITTEN.getAndSet(0) > 0).isEqualTo(name.equals("own"));
    }

    /** Cannot be made. */
    public static final class Broken extends JavaSerializerLike {
        public Broken() {
            throw new IllegalStateException("no licence");
        }
    }

    /** Delegates. */
    public static class JavaSerializerLike implements Serializer {
        private final JavaSerializer java = new JavaSerializer();

        @Override
        public byte[] serialize(@Nullable Object value) {
            return java.serialize(value);
        }

        @Override
        public <T> T deserialize(byte[] bytes, ClassLoader loader) {
            return java.deserialize(bytes, loader);
        }

        @Override
        public RecordWriter writer(ByteOutput out) {
            return java.writer(out);
        }

        @Override
        public <T> Iterator<T> reader(ByteInput in, ClassLoader loader) {
            return java.reader(in, loader);
        }
    }

    @Test
    void aSerializerThatCannotBeMadeIsToldWithItsKeyWhenTheContextIs() {
        refuses("com.acme.Missing", "no such class on the class path");
        refuses("java.lang.String", "does not implement dev.capstan.kernel.serialization.Serializer");
        refuses(Broken.class.getName(), "its constructor failed with java.lang.IllegalStateException: no licence");
        refuses(Serializer.class.getName(), "public constructor without arguments");
    }

    private void refuses(String serializer, String reason) {
        assertThatThrownBy(() -> local("local[2]").conf("capstan.serializer", serializer).create())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("capstan.serializer is '" + serializer + "'")
                .hasMessageContaining(reason);
    }

    @Test
    void aPatternThatIsNoneIsToldWithItsKey() {
        assertThatThrownBy(() -> local("local[2]").conf("capstan.serialization.allow", "com.*.x"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("capstan.serialization.allow")
                .hasMessageContaining("com.*.x");
    }

    record Order(int id, TimeUnit unit) implements Serializable {}

    private CapstanContext restricted(String allowed) {
        return local("local[2,4]").conf("capstan.serialization.allow", allowed).create();
    }

    @Test
    void withAnAllowListWhatIsAllowedRuns() {
        try (CapstanContext context = restricted(HERE)) {
            assertThat(
                            context.parallelize(numbers(100), 4)
                                    .mapToPair(n -> Pair.of(new Order(n % 3, TimeUnit.DAYS), n))
                                    .reduceByKey(Integer::sum)
                                    .collectAsMap())
                    .hasSize(3)
                    .containsKey(new Order(1, TimeUnit.DAYS));
            assertThat(context.parallelize(numbers(100), 4).sortBy(n -> -n).first()).isEqualTo(99);
        }
    }

    @Test
    void withAnAllowListElementsOfOtherClassesAreRefusedInTheDriver() {
        try (CapstanContext context = restricted("com.acme.**")) {
            assertThatThrownBy(() -> context.parallelize(List.of(new Order(1, TimeUnit.DAYS)), 1))
                    .hasMessageContaining("parallelize at SerializationLiveTest.java")
                    .hasMessageContaining("element 0")
                    .hasMessageContaining("class " + Order.class.getName())
                    .hasMessageContaining("capstan.serialization.allow");
            goesOn(context);
        }
    }

    @Test
    void withAnAllowListFunctionsOfOtherClassesAreRefusedBeforeAnythingRuns() {
        try (CapstanContext context = restricted("com.acme.**")) {
            assertThatThrownBy(() -> context.range(0, 10, 1, 2).map(n -> n + 1).collect())
                    .hasMessageContaining("the dataset 'map'")
                    .hasMessageContaining("class " + HERE)
                    .hasMessageContaining("capstan.serialization.allow");
            goesOn(context);
        }
    }

    @Test
    void withAnAllowListWhatAFunctionCarriesAlongIsRefusedToo() {
        try (CapstanContext context = restricted("dev.capstan.backend.local.AllowedFunctions")) {
            assertThat(AllowedFunctions.sum(context, new Object[] {0L})).isEqualTo(45);
            Object[] zero = {0L, new Order(1, TimeUnit.DAYS)};
            assertThatThrownBy(() -> AllowedFunctions.sum(context, zero))
                    .hasMessageContaining("class " + Order.class.getName())
                    .hasMessageContaining("capstan.serialization.allow");
            goesOn(context);
        }
    }

    /** Makes an order, in a class that is allowed. */
    static final class Maker {
        private Maker() {}

        static Object order(long n) {
            ATTEMPTS.incrementAndGet();
            return new Order((int) n, TimeUnit.DAYS);
        }
    }

    @Test
    void withAnAllowListAResultOfAnotherClassFailsItsJobWithoutASecondTry() {
        String allowed = HERE + "$Maker,dev.capstan.backend.local.AllowedFunctions";
        try (CapstanContext context = restricted(allowed)) {
            ATTEMPTS.set(0);
            assertThatThrownBy(() -> AllowedFunctions.orders(context).collect())
                    .hasMessageContaining("class " + Order.class.getName())
                    .hasMessageContaining("capstan.serialization.allow")
                    .hasMessageContaining("failed for good");
            assertThat(ATTEMPTS).hasValue(1);
            goesOn(context);
        }
        leavesNothing();
    }

    private static final class Failing implements Serializable {
        private static final long serialVersionUID = 1L;
        private final boolean writing;
        private final int number;

        Failing(boolean writing, int number) {
            this.writing = writing;
            this.number = number;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            if (writing && number == 7) {
                throw new IllegalStateException("cannot be written");
            }
            out.defaultWriteObject();
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (!writing && number == 7) {
                throw new IllegalStateException("cannot be read");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "java"})
    void aClassThatThrowsWhereItIsWrittenOrReadIsNamedAndNothingIsLeft(String serializer) {
        try (CapstanContext context = local("local[2]").conf("capstan.serializer", serializer).create()) {
            for (boolean writing : new boolean[] {true, false}) {
                String says =
                        "java.lang.IllegalStateException: cannot be "
                                + (writing ? "written" : "read")
                                + " (at "
                                + Failing.class.getName()
                                + (writing ? ".writeObject, " : ".readObject, ");
                Rdd<Failing> failing = context.parallelize(numbers(100), 2).map(n -> new Failing(writing, n));
                assertThatThrownBy(() -> failing.mapToPair(f -> Pair.of(f.number, f)).groupByKey().count())
                        .hasMessageContaining(says);
                assertThatThrownBy(() -> failing.repartition(3).count()).hasMessageContaining(says);
                assertThatThrownBy(failing::collect).hasStackTraceContaining(says);
                Rdd<Failing> kept = failing.persist(StorageLevel.DISK_ONLY);
                assertThatThrownBy(() -> assertThat(kept.count()).isEqualTo(kept.map(f -> f.number).count()))
                        .hasMessageContaining(says);
                kept.unpersist();
                goesOn(context);
            }
        }
        leavesNothing();
    }

    /** A serializer of a user's that fails for one number. */
    public static final class Sour extends JavaSerializerLike {
        @Override
        public RecordWriter writer(ByteOutput out) {
            RecordWriter writer = super.writer(out);
            return item -> {
                if (Integer.valueOf(7).equals(item)) {
                    throw new IllegalStateException("sour");
                }
                writer.write(item);
            };
        }
    }

    @Test
    void aSerializerThatThrowsFailsTheJobOnly() {
        try (CapstanContext context = local("local[2]").conf("capstan.serializer", Sour.class.getName()).create()) {
            assertThatThrownBy(() -> context.range(0, 20, 1, 2).map(Long::intValue).repartition(3).count())
                    .hasMessageContaining("java.lang.IllegalStateException: sour");
            goesOn(context);
        }
        leavesNothing();
    }

    @Test
    void aKeyWithoutHashCodeIsRefused() {
        try (CapstanContext context = local("local[2]").create()) {
            assertThatThrownBy(() ->
                            context.range(0, 20, 1, 2)
                                    .mapToPair(n -> Pair.of(new Failing(false, 0), n))
                                    .groupByKey()
                                    .count())
                    .hasMessageContaining("a " + Failing.class.getName() + " cannot be a key");
            goesOn(context);
        }
    }
}

package dev.capstan.kernel.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

class AllowedClassesTest {
    private static final String HERE = AllowedClassesTest.class.getName();

    record Point(int x) implements Serializable {}

    enum Color {
        RED
    }

    static final class Bag implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    record Order(Color color, Bag bag) implements Serializable {}

    interface Made extends Supplier<Object>, Serializable {}

    @ParameterizedTest
    @CsvSource({
        "com.acme.Order, com.acme.Order, true",
        "com.acme.Order, com.acme.Order$Line, true",
        "com.acme.Order, com.acme.Orders, false",
        "com.acme.Order, [[Lcom.acme.Order;, true",
        "com.acme.Order, [Lcom.acme.Other;, false",
        "com.acme.*, com.acme.Order, true",
        "com.acme.*, com.acme.deep.Order, false",
        "com.acme.**, com.acme.deep.er.Order, true",
        "com.acme.**, com.acmeevil.Order, false",
        "com.acme.**, int, true",
        "com.acme.**, [[D, true",
        "com.acme.**, java.util.ArrayList, true",
        "com.acme.**, java.lang.reflect.Proxy, false",
        "com.acme.**, javax.management.BadAttributeValueExpException, false",
        "com.acme.**, dev.capstan.engine.function.Pair, true",
        "com.acme.**, Order, false"
    })
    void aPatternAllowsWhatItSays(String pattern, String type, boolean allowed) {
        AllowedClasses classes = AllowedClasses.of("org.other.*, " + pattern);
        if (allowed) {
            assertThatCode(() -> classes.require(type)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> classes.require(type)).isInstanceOf(ClassNotAllowedException.class);
        }
    }

    @Test
    void noPatternAllowsEverything() {
        assertThat(AllowedClasses.of(" , ")).isSameAs(AllowedClasses.ALL);
        assertThatCode(() -> AllowedClasses.ALL.require("any.Thing")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"**", "*", "com.*.acme", "com.acme.", "com acme", "com.acme.***", "!com.acme.*"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> AllowedClasses.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + pattern + "' is no pattern of classes");
    }

    @Test
    void whatIsNotAllowedIsNeitherWrittenNorRead() {
        AllowedClasses none = AllowedClasses.of("com.acme.**");
        for (Object value : List.of(new Point(1), Color.RED, new Bag(), new Point[0], List.of(new Bag()))) {
            refuses(new CompactSerializer(none), new CompactSerializer(), value);
            refuses(new JavaSerializer(none), new JavaSerializer(), value);
        }
    }

    private static void refuses(Serializer restricted, Serializer open, Object value) {
        assertThatThrownBy(() -> restricted.serialize(value)).satisfies(AllowedClassesTest::tells);
        assertThatThrownBy(() -> restricted.writer(new ByteOutput()).write(value)).satisfies(AllowedClassesTest::tells);
        byte[] bytes = open.serialize(value);
        assertThatThrownBy(() -> restricted.deserialize(bytes, loader())).satisfies(AllowedClassesTest::tells);
        var stream = new ByteOutput();
        open.writer(stream).write(value);
        assertThatThrownBy(() -> restricted.reader(new ByteInput(stream.toByteArray()), loader()).next())
                .satisfies(AllowedClassesTest::tells);
    }

    private static void tells(Throwable e) {
        assertThat(e)
                .isInstanceOf(ClassNotAllowedException.class)
                .hasMessageContaining("class " + HERE)
                .hasMessageContaining("capstan.serialization.allow does not allow it")
                .hasMessageContaining("dev.capstan.kernel.serialization.**");
    }

    @Test
    void theWayToAClassThatIsNotAllowedIsTold() {
        var serializer = new CompactSerializer(AllowedClasses.of(Order.class.getName() + "," + Color.class.getName()));
        assertThatThrownBy(() -> serializer.serialize(List.of(new Order(Color.RED, null), new Order(null, new Bag()))))
                .hasMessageContaining("[1].bag) may not travel");
    }

    @Test
    void aLambdaCountsAsTheClassInWhichItIsWritten() {
        int captured = List.of(1).size();
        Made made = () -> captured;
        var restricted = new JavaSerializer(AllowedClasses.of("com.acme.**"));
        refuses(restricted, new JavaSerializer(), made);
        var here = new JavaSerializer(AllowedClasses.of(HERE));
        assertThat(here.<Made>deserialize(here.serialize(made), loader()).get()).isEqualTo(1);
    }

    @Test
    void valuesOfTheJdkAreAlwaysAllowed() {
        AllowedClasses none = AllowedClasses.of("com.acme.**");
        List<Object> values =
                List.of(
                        1,
                        "x",
                        new BigDecimal("1.5"),
                        Instant.EPOCH,
                        ZonedDateTime.parse("2026-01-02T03:04:05Z[UTC]"),
                        UUID.randomUUID(),
                        Optional.of(List.of(Set.of(1), Map.of(2, "b"))),
                        new TreeMap<>(Map.of(1, 2)),
                        new ArrayList<>(new ArrayDeque<>(List.of(1, 2))),
                        Arrays.asList(1, 2),
                        new ConcurrentHashMap<>(Map.of(1, TimeUnit.DAYS)));
        for (Serializer serializer : List.of(new CompactSerializer(none), new JavaSerializer(none))) {
            for (Object value : values) {
                assertThat(serializer.<Object>deserialize(serializer.serialize(value), loader())).isEqualTo(value);
            }
        }
    }

    @Test
    void withAnAllowListDeepNestingIsRefused() throws InterruptedException {
        Thread roomy = new Thread(null, AllowedClassesTest::refusesDeepNesting, "deep", 64 << 20);
        var failed = new AtomicReference<Throwable>();
        roomy.setUncaughtExceptionHandler((_, e) -> failed.set(e));
        roomy.start();
        roomy.join();
        assertThat(failed.get()).isNull();
    }

    private static void refusesDeepNesting() {
        Object nested = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            nested = new ArrayList<>(List.of(nested));
        }
        byte[] bytes = new JavaSerializer().serialize(nested);
        var restricted = new JavaSerializer(AllowedClasses.of("com.acme.**"));
        assertThatThrownBy(() -> restricted.deserialize(bytes, loader()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("nested more than 1000 deep");
    }

    private static ClassLoader loader() {
        return AllowedClassesTest.class.getClassLoader();
    }
}

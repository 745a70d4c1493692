package dev.capstan.kernel.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;

import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

class ClosureCheckTest {
    @FunctionalInterface
    interface Fn<T, R> extends Serializable {
        R apply(T value);
    }

    /** Stands for a socket, a connection, a stream. */
    static final class Connection {}

    @SuppressWarnings("serial")
    static final class Repository implements Serializable {
        private static final long serialVersionUID = 1L;
        Object connection = new Connection();
        transient Object cache = new Connection();
    }

    static final class Lines implements DriverOnly {
        @Override
        public String describe() {
            return "the dataset 'lines' (id 3)";
        }
    }

    private static final String CONNECTION = ClosureCheckTest.class.getName() + "$Connection";
    private static final String REMEDY =
            CONNECTION
                    + " is not serializable. Make it inside the function (with mapPartitions once per partition),"
                    + " mark the field transient, or let the class implement java.io.Serializable.";

    private static void check(Fn<?, ?> function) {
        ClosureCheck.check(function, "map", () -> "Caller.java:1");
    }

    private static String messageOf(Fn<?, ?> function) {
        Throwable refused = catchThrowable(() -> check(function));
        assertThat(refused).isInstanceOf(NotSerializableClosureException.class);
        return refused.getMessage();
    }

    private static String pathIn(String message) {
        return message.lines().skip(1).findFirst().orElseThrow().strip();
    }

    private static int lineOfNext() {
        return Thread.currentThread().getStackTrace()[2].getLineNumber() + 1;
    }

    @Test
    void functionsWithPlainCapturesAreAccepted() {
        int number = 3;
        List<String> words = new ArrayList<>(List.of("a"));
        assertThatCode(() -> check(x -> x)).doesNotThrowAnyException();
        assertThatCode(() -> check(x -> number)).doesNotThrowAnyException();
        assertThatCode(() -> check(x -> words)).doesNotThrowAnyException();
        assertThatCode(() -> check(String::valueOf)).doesNotThrowAnyException();
    }

    private static <T> T same(T value) {
        return value;
    }

    @Test
    void aMethodReferenceThatWouldBeReadAsOneForAnotherTypeIsRefused() {
        Fn<String, String> first = ClosureCheckTest::same;
        Fn<List<String>, List<String>> second = ClosureCheckTest::same;
        check(first);
        assertThat(messageOf(second))
                .startsWith("map at Caller.java:1: ")
                .containsSubsequence(
                        "ClosureCheckTest::same",
                        "for java.util.List",
                        "elsewhere in " + ClosureCheckTest.class.getName() + " for java.lang.String",
                        "as a lambda");
        assertThat(messageOf(second)).as("the second time").contains("ClosureCheckTest::same");
    }

    @Test
    void aMisreadReferenceIsFoundAmongWhatAFunctionCaptures() {
        Fn<Integer, String> first = Objects::toString;
        Fn<Long, String> second = Objects::toString;
        check(x -> first.apply(1));
        assertThat(messageOf(x -> second.apply(1L)))
                .contains("Objects::toString", "java.lang.Long", "java.lang.Integer");
    }

    @Test
    void referencesToOneMethodForTheSameTypesOrForSpecialOnesAreAccepted() {
        Fn<Map.Entry<String, Integer>, String> names = Map.Entry::getKey;
        Fn<Map.Entry<Integer, Integer>, Integer> numbers = Map.Entry::getKey;
        Fn<Object, Integer> general = Object::hashCode;
        Fn<String, Integer> special = Object::hashCode;
        assertThat(List.of(names, numbers, general, special))
                .allSatisfy(function -> assertThatCode(() -> check(function)).doesNotThrowAnyException());
    }

    @Test
    void theMessageNamesOperatorLineVariableFieldAndClass() {
        Repository repo = new Repository();
        int line = lineOfNext();
        String message = messageOf(x -> repo.connection);
        assertThat(message)
                .isEqualTo(
                        "map at ClosureCheckTest.java:"
                                + line
                                + ": the function captures something that cannot be sent to executors\n"
                                + "    variable 'repo' → field Repository.connection → "
                                + CONNECTION
                                + "\n"
                                + REMEDY);
    }

    @Test
    void aCapturedDatasetIsToldAsWhatItIs() {
        Lines lines = new Lines();
        long wide = 1L;
        int line = lineOfNext();
        String message = messageOf(x -> wide + lines.describe());
        assertThat(message)
                .isEqualTo(
                        "map at ClosureCheckTest.java:"
                                + line
                                + ": the function uses the dataset 'lines' (id 3), which exists in the driver only\n"
                                + "    variable 'lines' → the dataset 'lines' (id 3)\n"
                                + "Datasets and the context cannot be used inside tasks. Combine datasets with join or"
                                + " cogroup, or collect() the smaller one first and use the result.");
    }

    private final Object field = new Connection();

    @Test
    void theEnclosingObjectIsCalledThis() {
        String message = messageOf(x -> field);
        assertThat(pathIn(message)).isEqualTo("this → " + ClosureCheckTest.class.getName());
        assertThat(message).contains("copy what it needs into a local variable before");
    }

    @Test
    void theWayLeadsThroughCollectionsMapsArraysAndOptionals() {
        List<Object> list = new ArrayList<>(List.of(1, 2, 3));
        list.add(new Connection());
        Map<String, Object> map = new HashMap<>(Map.of("k", new Object[] {"a", new Repository()}));
        Map<Object, String> keyed = new HashMap<>(Map.of(new Connection(), "v"));
        Optional<Object> maybe = Optional.of(new Connection());
        assertThat(pathIn(messageOf(x -> list))).isEqualTo("variable 'list' → [3] → " + CONNECTION);
        assertThat(pathIn(messageOf(x -> map)))
                .isEqualTo("variable 'map' → value → [1] → field Repository.connection → " + CONNECTION);
        assertThat(pathIn(messageOf(x -> keyed))).isEqualTo("variable 'keyed' → key → " + CONNECTION);
        assertThat(pathIn(messageOf(x -> maybe))).isEqualTo("variable 'maybe' → the optional's value → " + CONNECTION);
    }

    @Test
    void theWayLeadsThroughOtherLambdas() {
        Connection connection = new Connection();
        Fn<Object, Object> inner = x -> connection;
        Function<Object, Object> plain = x -> x;
        assertThat(pathIn(messageOf(x -> inner.apply(x))))
                .isEqualTo("variable 'inner' → variable 'connection' → " + CONNECTION);
        assertThat(pathIn(messageOf(x -> plain.apply(x))))
                .isEqualTo("variable 'plain' → a lambda of type java.util.function.Function");
    }

    @Test
    void aMethodReferenceNamesItsObject() {
        Lines lines = new Lines();
        class Printer {
            Object print(Object value) {
                return value;
            }
        }
        Printer printer = new Printer();
        assertThat(messageOf(printer::print))
                .startsWith("map at Caller.java:1: ")
                .contains("the object of ClosureCheckTest$1Printer::print → ");
        assertThat(lines.describe()).isNotEmpty();
    }

    @Test
    void anAnonymousClassNamesItsVariables() {
        Connection connection = new Connection();
        @SuppressWarnings("serial")
        class Named implements Fn<Object, Object> {
            private static final long serialVersionUID = 1L;

            @Override
            public Object apply(Object value) {
                return connection;
            }
        }
        assertThat(pathIn(messageOf(new Named()))).endsWith("variable 'connection' → " + CONNECTION);
    }

    @Test
    void insideAClassOfTheJdkTheCulpritIsAtLeastLocated() {
        AtomicReference<Object> reference = new AtomicReference<>(new Connection());
        assertThat(pathIn(messageOf(x -> reference)))
                .isEqualTo("variable 'reference' → what is inside of java.util.concurrent.atomic.AtomicReference");
    }

    @Test
    void cyclesAndLargeGraphsEnd() {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        for (int i = 0; i < 1000; i++) {
            loop.add(List.of(i));
        }
        assertThatCode(() -> check(x -> loop.size())).doesNotThrowAnyException();
        loop.add(new Connection());
        assertThat(pathIn(messageOf(x -> loop.size()))).isEqualTo("variable 'loop' → [1001] → " + CONNECTION);
    }

    @SuppressWarnings("serial")
    static final class Chain implements Serializable {
        private static final long serialVersionUID = 1L;
        Object next = "";
    }

    @Test
    void whatIsNestedTooDeeplyIsSaid() {
        Chain first = new Chain();
        for (Chain last = first; last != null; ) {
            Chain chain = new Chain();
            last.next = chain;
            last = depth++ < 100_000 ? chain : null;
        }
        assertThat(messageOf(x -> first)).contains("what it captures is nested too deeply for serialization");
    }

    private int depth;

    static final class Stubborn implements Serializable {
        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) {
            throw new IllegalStateException("not today");
        }
    }

    @Test
    void anExceptionOfTheUsersOwnSerializationIsTold() {
        Stubborn stubborn = new Stubborn();
        assertThatThrownBy(() -> check(x -> stubborn))
                .isInstanceOf(NotSerializableClosureException.class)
                .hasMessageContaining("serializing what it captures failed with")
                .hasMessageContaining("not today");
    }
}

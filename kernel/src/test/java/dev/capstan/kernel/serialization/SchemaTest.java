package dev.capstan.kernel.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Two sides that have different versions of a class, as when an executor was given an older jar. */
class SchemaTest {
    private static final String ORDER = "record Order(int id, String customer) implements Serializable {}";

    @TempDir private Path there;

    @TempDir private Path here;

    private final CompactSerializer compact = new CompactSerializer();
    private final JavaSerializer java = new JavaSerializer();

    private ClassLoader written(String... declarations) {
        return CompiledClasses.of(there, declarations);
    }

    private ClassLoader known(String... declarations) {
        return CompiledClasses.of(here, declarations);
    }

    private static void refuses(Serializer serializer, Object value, ClassLoader known, String... says) {
        byte[] bytes = serializer.serialize(value);
        assertThatThrownBy(() -> serializer.deserialize(bytes, known))
                .isInstanceOf(SerializationException.class)
                .message()
                .contains(says)
                .contains("run the same jars on both sides");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "record Order(int id, String client) implements Serializable {}",
                "record Order(int id) implements Serializable {}",
                "record Order(int id, int customer) implements Serializable {}"
            })
    void aRecordWithAnotherComponentIsRefusedByName(String version) {
        ClassLoader written = written(ORDER);
        ClassLoader known = known(version);
        Object order = CompiledClasses.make(written, "Order", 1, "Ada");
        refuses(compact, order, known, "class com.acme.Order", "'customer'", "java.lang.String");
        refuses(java, order, known, "class com.acme.Order", "'customer'", "java.lang.String");
    }

    @Test
    void aRecordWhoseComponentsChangedPlacesIsRefusedRatherThanReadWrongly() {
        ClassLoader written = written("record Span(int from, int to) {}");
        ClassLoader known = known("record Span(int to, int from) {}");
        refuses(compact, CompiledClasses.make(written, "Span", 1, 2), known, "in the order [from, to]");
    }

    @Test
    void aRecordThatIsAClassHereIsRefused() {
        ClassLoader written = written(ORDER);
        ClassLoader known = known("class Order implements Serializable { public Order() {} }");
        refuses(compact, CompiledClasses.make(written, "Order", 1, "Ada"), known, "com.acme.Order was a plain record");
    }

    @Test
    void aClassWithAnotherFieldIsRefusedByName() {
        ClassLoader written =
                written(
                        "class Cart implements Serializable { static final long serialVersionUID = 1;"
                                + " int size; String owner; public Cart() {} }");
        ClassLoader known =
                known(
                        "class Cart implements Serializable { static final long serialVersionUID = 1;"
                                + " int size; String buyer; public Cart() {} }");
        Object cart = CompiledClasses.make(written, "Cart");
        for (Serializer serializer : List.of(compact, java)) {
            refuses(
                    serializer,
                    List.of(cart),
                    known,
                    "class com.acme.Cart",
                    "its field 'owner' (java.lang.String) is not known here",
                    "its field 'buyer' (java.lang.String) was not written");
        }
    }

    @Test
    void aClassOfOtherSourceWithTheSameFieldsSaysThatItIsTheVersion() {
        ClassLoader written = written("class Cart implements Serializable { int size; public Cart() {} }");
        ClassLoader known =
                known("class Cart implements Serializable { int size; public Cart() {} public void add() {} }");
        refuses(compact, CompiledClasses.make(written, "Cart"), known, "com.acme.Cart", "serialVersionUID");
    }

    @Test
    void methodsOfARecordMayDiffer() {
        ClassLoader written = written(ORDER);
        ClassLoader known =
                known(
                        "record Order(int id, String customer) implements Serializable {"
                                + " public String greeting() { return \"Dear \" + customer; } }");
        byte[] bytes = compact.serialize(CompiledClasses.make(written, "Order", 1, "Ada"));
        assertThat(compact.<Object>deserialize(bytes, known)).hasToString("Order[id=1, customer=Ada]");
    }

    @Test
    void anEnumConstantThatIsMissingIsNamedAndOthersMayHaveMoved() {
        ClassLoader written = written("enum Color { RED, GREEN }");
        ClassLoader known = known("enum Color { BLUE, RED }");
        byte[] red = compact.serialize(CompiledClasses.constant(written, "Color", "RED"));
        assertThat(compact.<Object>deserialize(red, known)).hasToString("RED");
        Object green = CompiledClasses.constant(written, "Color", "GREEN");
        refuses(compact, List.of(green), known, "enum com.acme.Color has no constant 'GREEN' here");
    }

    @Test
    void aClassThatIsMissingIsNamed() {
        Object order = CompiledClasses.make(written(ORDER), "Order", 1, "Ada");
        byte[] bytes = compact.serialize(order);
        assertThatThrownBy(() -> compact.deserialize(bytes, getClass().getClassLoader()))
                .hasMessageContaining("class com.acme.Order is not known here; add the jar");
    }

    record Product(Connection connection) {}

    record Line(Map<String, List<Product>> products) {}

    static final class Connection {}

    @Test
    void whatCannotBeWrittenIsToldByTheWayToIt() {
        var line = new Line(Map.of("a", List.of(new Product(new Connection()))));
        assertThatThrownBy(() -> compact.serialize(line))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("cannot serialize an instance of " + Line.class.getName())
                .hasMessageContaining(Line.class.getName() + ".products[a][0].connection is a ")
                .hasMessageContaining(Connection.class.getName() + ", which does not implement java.io.Serializable");
    }

    @Test
    void aConstructorThatRefusesIsNamedWithItsPlace() {
        ClassLoader written = written("record Order(int id) {}");
        ClassLoader known =
                known("record Order(int id) { public Order { if (id > 0) throw new IllegalStateException(\"no\"); } }");
        byte[] bytes = compact.serialize(CompiledClasses.make(written, "Order", 1));
        assertThatThrownBy(() -> compact.deserialize(bytes, known))
                .hasMessageContaining("cannot deserialize a com.acme.Order")
                .hasMessageContaining("IllegalStateException: no (at com.acme.Order.<init>, Order.java:");
    }
}

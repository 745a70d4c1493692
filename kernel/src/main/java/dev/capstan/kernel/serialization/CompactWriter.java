package dev.capstan.kernel.serialization;

import static dev.capstan.kernel.serialization.CompactTag.*;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a stream of values in the compact format; {@link CompactReader} reads it. */
final class CompactWriter implements Serializer.RecordWriter {
    private static final Class<?> LIST_12 = List.of(1).getClass();
    private static final Class<?> LIST_N = List.of(1, 2, 3).getClass();
    private static final Class<?> SET_12 = Set.of(1).getClass();
    private static final Class<?> SET_N = Set.of(1, 2, 3).getClass();
    private static final Class<?> MAP_1 = Map.of(1, 1).getClass();
    private static final Class<?> MAP_N = Map.of(1, 1, 2, 2).getClass();
    private static final Class<?> MAP_ENTRY = Map.entry(1, 1).getClass();
    private static final Class<?> AS_LIST = Arrays.asList().getClass();

    private final ByteOutput out;
    private final AllowedClasses allowed;
    private final JavaSerializer java;
    private final WrittenNames<Class<?>> classes = new WrittenNames<>();
    private final WrittenNames<Enum<?>> constants = new WrittenNames<>();
    private int depth;

    CompactWriter(ByteOutput out, AllowedClasses allowed, JavaSerializer java) {
        this.out = out;
        this.allowed = allowed;
        this.java = java;
    }

    @Override
    public void write(@Nullable Object item) {
        int before = out.size();
        int knownClasses = classes.size();
        int knownConstants = constants.size();
        try {
            put(item);
        } catch (RuntimeException | Error e) {
            out.truncate(before);
            depth = 0;
            classes.forget(knownClasses);
            constants.forget(knownConstants);
            throw JavaSerializer.explained(item, e);
        }
    }

    /** The classes that most records consist of come first: comparing classes costs less than any switch over them. */
    private void put(@Nullable Object value) {
        if (value == null) {
            out.write(NULL);
            return;
        }
        Class<?> type = value.getClass();
        if (type == String.class) {
            CompactText.put((String) value, out);
        } else if (type == Integer.class) {
            int number = (Integer) value;
            out.writeTagged(INT, number << 1 ^ number >> 31);
        } else if (type == Long.class) {
            out.write(LONG);
            out.writeSignedLong((Long) value);
        } else if (type == Double.class) {
            out.write(DOUBLE);
            out.writeLong(Double.doubleToRawLongBits((Double) value));
        } else {
            other(value);
        }
    }

    private void other(Object value) {
        switch (value) {
            case Record composed -> composed(composed);
            case Boolean flag -> out.write(flag ? TRUE : FALSE);
            case Float number -> number(FLOAT, Float.floatToRawIntBits(number));
            case Short number -> number(SHORT, number);
            case Byte number -> number(BYTE, number);
            case Character letter -> number(CHAR, letter);
            case Enum<?> constant -> constant(constant);
            case double[] array -> {
                header(DOUBLES, array.length);
                out.writeDoubles(array);
            }
            case byte[] array -> {
                header(BYTES, array.length);
                out.write(array);
            }
            case int[] array -> {
                header(INTS, array.length);
                CompactArrays.put(array, out);
            }
            case long[] array -> {
                header(LONGS, array.length);
                CompactArrays.put(array, out);
            }
            case float[] array -> {
                header(FLOATS, array.length);
                CompactArrays.put(array, out);
            }
            case short[] array -> {
                header(SHORTS, array.length);
                CompactArrays.put(array, out);
            }
            case char[] array -> {
                header(CHARS, array.length);
                CompactArrays.put(array, out);
            }
            case boolean[] array -> {
                header(BOOLEANS, array.length);
                CompactArrays.put(array, out);
            }
            default -> structure(value);
        }
    }

    private void number(byte tag, int value) {
        out.writeTagged(tag, value << 1 ^ value >> 31);
    }

    private void header(byte tag, int length) {
        out.write(tag);
        out.writeVarInt(length);
    }

    private void composed(Record value) {
        RecordShape shape = RecordShape.of(value.getClass());
        if (shape == null || depth >= CompactSerializer.MOST_DEPTH) {
            java(value);
            return;
        }
        out.write(RECORD);
        named(value.getClass(), shape);
        depth++;
        for (int i = 0; i < shape.size(); i++) {
            put(shape.part(value, i));
        }
        depth--;
    }

    private void structure(Object value) {
        if (depth >= CompactSerializer.MOST_DEPTH) {
            java(value);
            return;
        }
        depth++;
        Class<?> type = value.getClass();
        if (type == ArrayList.class) {
            elements(ARRAY_LIST, (Collection<?>) value);
        } else if (type == LIST_12 || type == LIST_N) {
            elements(IMMUTABLE_LIST, (Collection<?>) value);
        } else if (type == HashMap.class) {
            entries(HASH_MAP, (Map<?, ?>) value);
        } else if (type == LinkedHashMap.class) {
            entries(LINKED_HASH_MAP, (Map<?, ?>) value);
        } else if (type == HashSet.class) {
            elements(HASH_SET, (Collection<?>) value);
        } else if (type == LinkedHashSet.class) {
            elements(LINKED_HASH_SET, (Collection<?>) value);
        } else if (type == AS_LIST) {
            elements(ARRAY_AS_LIST, (Collection<?>) value);
        } else if (type == SET_12 || type == SET_N) {
            elements(IMMUTABLE_SET, (Collection<?>) value);
        } else if (type == MAP_1 || type == MAP_N) {
            entries(IMMUTABLE_MAP, (Map<?, ?>) value);
        } else if (type == TreeSet.class) {
            sorted((TreeSet<?>) value);
        } else if (type == TreeMap.class) {
            sorted((TreeMap<?, ?>) value);
        } else if (type == LinkedList.class) {
            elements(LINKED_LIST, (Collection<?>) value);
        } else if (type == ArrayDeque.class) {
            elements(ARRAY_DEQUE, (Collection<?>) value);
        } else if (value instanceof Object[] array) {
            array(array);
        } else if (value instanceof Optional<?> optional) {
            out.write(optional.isPresent() ? OPTIONAL : EMPTY_OPTIONAL);
            optional.ifPresent(this::put);
        } else if (type == MAP_ENTRY) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) value;
            out.write(ENTRY);
            put(entry.getKey());
            put(entry.getValue());
        } else {
            scalar(value);
        }
        depth--;
    }

    private void elements(byte tag, Collection<?> elements) {
        out.write(tag);
        elements(elements);
    }

    private void elements(Collection<?> elements) {
        out.writeVarInt(elements.size());
        for (Object element : elements) {
            put(element);
        }
    }

    private void entries(byte tag, Map<?, ?> map) {
        out.write(tag);
        entries(map);
    }

    private void entries(Map<?, ?> map) {
        out.writeVarInt(map.size());
        map.forEach((key, value) -> {
            put(key);
            put(value);
        });
    }

    private void sorted(TreeSet<?> set) {
        if (set.comparator() == null) {
            elements(TREE_SET, set);
        } else {
            out.write(ORDERED_TREE_SET);
            put(set.comparator());
            elements(set);
        }
    }

    private void sorted(TreeMap<?, ?> map) {
        if (map.comparator() == null) {
            entries(TREE_MAP, map);
        } else {
            out.write(ORDERED_TREE_MAP);
            put(map.comparator());
            entries(map);
        }
    }

    private void array(Object[] array) {
        Class<?> element = array.getClass().getComponentType();
        if (element == Object.class) {
            elements(OBJECTS, Arrays.asList(array));
        } else if (element == String.class) {
            elements(STRINGS, Arrays.asList(array));
        } else if (isOurs(element)) {
            out.write(ARRAY);
            named(element, null);
            elements(Arrays.asList(array));
        } else {
            java(array);
        }
    }

    /** Objects that only Java serialization can write take fewer bytes if it writes all of them together. */
    private static boolean isOurs(Class<?> element) {
        return element.isRecord()
                || element.isEnum()
                || element.isArray()
                || element.isInterface()
                || element.getPackageName().equals("java.lang")
                || element.getPackageName().equals("java.util")
                || CompactScalar.of(element) != null;
    }

    private void scalar(Object value) {
        CompactScalar scalar = CompactScalar.of(value.getClass());
        if (scalar != null) {
            scalar.put(value, out);
        } else {
            java(value);
        }
    }

    private void java(Object value) {
        byte[] bytes = java.serialize(value);
        header(JAVA_OBJECT, bytes.length);
        out.write(bytes);
    }

    private void named(Class<?> type, @Nullable RecordShape shape) {
        if (classes.isNew(type, out)) {
            allowed.require(type.getName());
            text(shape != null ? shape.description() : type.getName().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** By name: a constant that is added, or moved, changes nothing for the others. */
    private void constant(Enum<?> constant) {
        out.write(ENUM);
        named(constant.getDeclaringClass(), null);
        if (constants.isNew(constant, out)) {
            text(constant.name().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void text(byte[] utf8) {
        out.writeVarInt(utf8.length);
        out.write(utf8);
    }
}

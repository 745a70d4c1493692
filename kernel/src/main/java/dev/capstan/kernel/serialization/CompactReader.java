package dev.capstan.kernel.serialization;

import static dev.capstan.kernel.serialization.CompactTag.*;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a stream of values in the compact format, one after another. Damaged bytes never ask for much memory. */
final class CompactReader<T> implements Iterator<T> {
    /** A hash table that is filled one by one is never smaller; those that are read iterate in the same order so. */
    private static final int LEAST_HASHED = 12;

    private final ByteInput in;
    private final ClassLoader loader;
    private final JavaSerializer java;
    private final ReadNames names;
    private int depth;

    /** Elements that open collections have yet to read: their bytes are not there for anything else. */
    private int owed;

    CompactReader(ByteInput in, ClassLoader loader, AllowedClasses allowed, JavaSerializer java) {
        this.in = in;
        this.loader = loader;
        this.java = java;
        this.names = new ReadNames(in, loader, allowed);
    }

    @Override
    public boolean hasNext() {
        return in.hasRemaining();
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"})
    public T next() {
        if (!in.hasRemaining()) {
            throw new NoSuchElementException();
        }
        return (T) read();
    }

    @Nullable Object read() {
        try {
            return value();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            throw JavaSerializer.cannotRead(e);
        }
    }

    ByteInput input() {
        return in;
    }

    ReadNames names() {
        return names;
    }

    /** The input is at the beginning of a record again, whatever was begun before. */
    void startAnew() {
        depth = 0;
        owed = 0;
    }

    private @Nullable Object value() {
        byte tag = in.next();
        return switch (tag) {
            case NULL -> null;
            case TRUE -> Boolean.TRUE;
            case FALSE -> Boolean.FALSE;
            case INT -> in.readSigned();
            case LONG -> in.readSignedLong();
            case DOUBLE -> Double.longBitsToDouble(in.readLong());
            case FLOAT -> Float.intBitsToFloat(in.readSigned());
            case SHORT -> (short) in.readSigned();
            case BYTE -> (byte) in.readSigned();
            case CHAR -> (char) in.readSigned();
            case LATIN -> CompactText.latin(in, length());
            case UTF16 -> CompactText.wide(in, length(Character.BYTES));
            case BYTES -> in.readBytes(length());
            case INTS -> CompactArrays.ints(in, length());
            case LONGS -> CompactArrays.longs(in, length());
            case DOUBLES -> in.readDoubles(length(Double.BYTES));
            case FLOATS -> CompactArrays.floats(in, length(Float.BYTES));
            case SHORTS -> CompactArrays.shorts(in, length(Short.BYTES));
            case CHARS -> CompactArrays.chars(in, length(Character.BYTES));
            case BOOLEANS -> CompactArrays.booleans(in, length());
            case OBJECTS -> objects(length());
            case STRINGS -> fill(new @Nullable String[length()]);
            case ARRAY -> {
                Class<?> element = names.type();
                yield fill((@Nullable Object[]) Array.newInstance(element, length()));
            }
            case ARRAY_LIST -> {
                int size = length();
                yield fill(new ArrayList<>(size), size);
            }
            case IMMUTABLE_LIST -> immutable(objects(length()));
            case HASH_SET -> {
                int size = length();
                yield fill(HashSet.newHashSet(Math.max(LEAST_HASHED, size)), size);
            }
            case LINKED_HASH_SET -> {
                int size = length();
                yield fill(LinkedHashSet.newLinkedHashSet(size), size);
            }
            case HASH_MAP -> {
                int size = length(2);
                yield fill(HashMap.newHashMap(Math.max(LEAST_HASHED, size)), size);
            }
            case LINKED_HASH_MAP -> {
                int size = length(2);
                yield fill(LinkedHashMap.newLinkedHashMap(size), size);
            }
            case ARRAY_AS_LIST -> Arrays.asList(objects(length()));
            case IMMUTABLE_SET -> immutableSet(objects(length()));
            case IMMUTABLE_MAP -> {
                int size = length(2);
                yield Map.copyOf(fill(LinkedHashMap.newLinkedHashMap(size), size));
            }
            case TREE_SET -> fill(new TreeSet<>(), length());
            case TREE_MAP -> fill(new TreeMap<>(), length(2));
            case ORDERED_TREE_SET -> fill(new TreeSet<>(comparator()), length());
            case ORDERED_TREE_MAP -> fill(new TreeMap<>(comparator()), length(2));
            case LINKED_LIST -> fill(new LinkedList<>(), length());
            case ARRAY_DEQUE -> {
                int size = length();
                yield fill(new ArrayDeque<>(size), size);
            }
            case EMPTY_OPTIONAL -> Optional.empty();
            case OPTIONAL -> Optional.ofNullable(objects(1)[0]);
            case ENTRY -> entry(objects(2));
            case ENUM -> names.constant();
            case RECORD -> composed();
            case JAVA_OBJECT -> javaObject(length());
            default -> scalar(tag);
        };
    }

    int length() {
        return length(1);
    }

    /** A length that the rest of the bytes can hold, so that damaged bytes cannot ask for all memory. */
    int length(int leastBytes) {
        int length = in.readVarInt();
        if (length < 0 || (long) length * leastBytes > in.available() - owed) {
            throw new SerializationException("the bytes are damaged: a length of " + length, null);
        }
        return length;
    }

    void enter() {
        if (++depth > CompactSerializer.MOST_DEPTH) {
            throw new SerializationException("the bytes are damaged: they nest too deeply", null);
        }
    }

    void leave() {
        depth--;
    }

    private @Nullable Object[] objects(int length) {
        return fill(new Object[length]);
    }

    private @Nullable Object[] fill(@Nullable Object[] array) {
        enter();
        owed += array.length;
        for (int i = 0; i < array.length; i++) {
            owed--;
            array[i] = value();
        }
        leave();
        return array;
    }

    private static List<?> immutable(@Nullable Object[] array) {
        List<?> maybe = Arrays.asList(array);
        return maybe.contains(null) ? maybe.stream().toList() : List.of(array);
    }

    @SuppressWarnings("NullAway") // a null in damaged bytes is refused by the set
    private static Set<?> immutableSet(@Nullable Object[] array) {
        return Set.of(array);
    }

    @SuppressWarnings("NullAway") // a null in damaged bytes is refused by the entry
    private static Map.Entry<?, ?> entry(@Nullable Object[] keyAndValue) {
        return Map.entry(keyAndValue[0], keyAndValue[1]);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // anything else, from damaged bytes, is refused by the cast
    private Comparator<Object> comparator() {
        return (Comparator<Object>) objects(1)[0];
    }

    private Collection<Object> fill(Collection<Object> collection, int size) {
        enter();
        owed += size;
        for (int i = 0; i < size; i++) {
            owed--;
            collection.add(value());
        }
        leave();
        return collection;
    }

    private Map<Object, Object> fill(Map<Object, Object> map, int size) {
        enter();
        owed += 2 * size;
        for (int i = 0; i < size; i++) {
            owed--;
            Object key = value();
            owed--;
            map.put(key, value());
        }
        leave();
        return map;
    }

    private Object composed() {
        RecordShape shape = names.shape();
        enter();
        @Nullable Object[] parts = new Object[shape.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = value();
        }
        leave();
        return shape.build(parts);
    }

    private Object javaObject(int length) {
        int start = in.take(length);
        return java.read(new ByteInput(in.buffer(), start, length), loader);
    }

    private Object scalar(byte tag) {
        CompactScalar scalar = CompactScalar.tagged(tag);
        if (scalar == null) {
            throw unknown(tag);
        }
        return scalar.read(in);
    }

    static SerializationException unknown(byte tag) {
        return new SerializationException(
                "the bytes are damaged or of another serializer: there is no value of kind " + tag, null);
    }
}

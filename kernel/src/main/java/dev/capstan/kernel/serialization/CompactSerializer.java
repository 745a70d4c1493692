package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes strings, numbers, records, enum constants, arrays and the common collections in a few bytes each, without
 * registration; everything else as {@link JavaSerializer} does. Records need not be {@link java.io.Serializable}.
 *
 * <p>What it writes itself are values: an object that occurs twice in a record is read as two, unless Java
 * serialization has written both together. A class is named once in a stream, with the components of a record; an enum
 * constant is too. So a class that is not the same on both sides is told, and equal values give equal bytes in every
 * process, as far as their sets and maps iterate in the same order.
 */
public final class CompactSerializer implements Serializer {
    /** Deeper nesting, as of a list that contains itself, is left to Java serialization, which knows cycles. */
    private static final int MOST_DEPTH = 64;

    /** Shorter strings are copied letter by letter. */
    private static final int SHORT_TEXT = 12;

    private static final byte NULL = 0;
    private static final byte TRUE = 1;
    private static final byte FALSE = 2;
    private static final byte INT = 3;
    private static final byte LONG = 4;
    private static final byte DOUBLE = 5;
    private static final byte FLOAT = 6;
    private static final byte SHORT = 7;
    private static final byte BYTE = 8;
    private static final byte CHAR = 9;
    private static final byte LATIN = 10;
    private static final byte UTF16 = 11;
    private static final byte BYTES = 12;
    private static final byte INTS = 13;
    private static final byte LONGS = 14;
    private static final byte DOUBLES = 15;
    private static final byte OBJECTS = 16;
    private static final byte STRINGS = 17;
    private static final byte ARRAY_LIST = 18;
    private static final byte IMMUTABLE_LIST = 19;
    private static final byte HASH_SET = 20;
    private static final byte LINKED_HASH_SET = 21;
    private static final byte HASH_MAP = 22;
    private static final byte LINKED_HASH_MAP = 23;
    private static final byte EMPTY_OPTIONAL = 24;
    private static final byte OPTIONAL = 25;
    private static final byte ENUM = 26;
    private static final byte RECORD = 27;
    private static final byte JAVA_OBJECT = 28;
    private static final byte ARRAY_AS_LIST = 29;
    private static final byte IMMUTABLE_SET = 30;
    private static final byte IMMUTABLE_MAP = 31;
    private static final byte TREE_SET = 32;
    private static final byte TREE_MAP = 33;

    private static final Class<?> LIST_12 = List.of(1).getClass();
    private static final Class<?> LIST_N = List.of(1, 2, 3).getClass();
    private static final Class<?> SET_12 = Set.of(1).getClass();
    private static final Class<?> SET_N = Set.of(1, 2, 3).getClass();
    private static final Class<?> MAP_1 = Map.of(1, 1).getClass();
    private static final Class<?> MAP_N = Map.of(1, 1, 2, 2).getClass();
    private static final Class<?> AS_LIST = Arrays.asList().getClass();

    /** A hash table that is filled one by one is never smaller; those that are read iterate in the same order so. */
    private static final int LEAST_HASHED = 12;

    private final AllowedClasses allowed;
    private final JavaSerializer java;

    public CompactSerializer() {
        this(AllowedClasses.ALL);
    }

    /**
     * @param allowed which classes it writes and reads
     */
    public CompactSerializer(AllowedClasses allowed) {
        this.allowed = allowed;
        this.java = new JavaSerializer(allowed);
    }

    @Override
    public byte[] serialize(@Nullable Object value) {
        ByteOutput bytes = new ByteOutput(64);
        writer(bytes).write(value);
        return bytes.toByteArray();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T deserialize(byte[] bytes, ClassLoader loader) {
        return (T) new Reader<>(new ByteInput(bytes), loader, allowed, java).read();
    }

    @Override
    public RecordWriter writer(ByteOutput out) {
        return new Writer(out, allowed, java);
    }

    @Override
    public <T> Iterator<T> reader(ByteInput in, ClassLoader loader) {
        return new Reader<>(in, loader, allowed, java);
    }

    @Override
    public SeekableReader seekable(ByteInput in, ClassLoader loader) {
        return new Reader<>(in, loader, allowed, java);
    }

    private static final class Writer implements RecordWriter {
        private final ByteOutput out;
        private final AllowedClasses allowed;
        private final JavaSerializer java;
        private @Nullable Map<Class<?>, Integer> classes;
        private @Nullable Map<Enum<?>, Integer> constants;
        private int depth;

        Writer(ByteOutput out, AllowedClasses allowed, JavaSerializer java) {
            this.out = out;
            this.allowed = allowed;
            this.java = java;
        }

        @Override
        public void write(@Nullable Object item) {
            int before = out.size();
            int knownClasses = classes == null ? 0 : classes.size();
            int knownConstants = constants == null ? 0 : constants.size();
            try {
                put(item);
            } catch (RuntimeException | Error e) {
                out.truncate(before);
                depth = 0;
                forget(classes, knownClasses);
                forget(constants, knownConstants);
                throw JavaSerializer.explained(item, e);
            }
        }

        private static void forget(@Nullable Map<?, Integer> numbers, int known) {
            if (numbers != null) {
                numbers.values().removeIf(number -> number >= known);
            }
        }

        /**
         * The classes that most records consist of come first: comparing classes costs less than any switch over them.
         */
        private void put(@Nullable Object value) {
            if (value == null) {
                out.write(NULL);
                return;
            }
            Class<?> type = value.getClass();
            if (type == String.class) {
                string((String) value);
            } else if (type == Integer.class) {
                int number = (Integer) value;
                out.writeTagged(INT, number << 1 ^ number >> 31);
            } else if (type == Long.class) {
                long number = (Long) value;
                out.write(LONG);
                out.writeVarLong(number << 1 ^ number >> 63);
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
                case byte[] array -> {
                    header(BYTES, array.length);
                    out.write(array);
                }
                case int[] array -> {
                    header(INTS, array.length);
                    for (int number : array) {
                        out.writeVarInt(number << 1 ^ number >> 31);
                    }
                }
                case long[] array -> {
                    header(LONGS, array.length);
                    for (long number : array) {
                        out.writeVarLong(number << 1 ^ number >> 63);
                    }
                }
                case double[] array -> {
                    header(DOUBLES, array.length);
                    out.writeDoubles(array);
                }
                case Enum<?> constant -> {
                    out.write(ENUM);
                    type(constant.getDeclaringClass(), null);
                    constant(constant);
                }
                default -> structure(value);
            }
        }

        private void number(byte tag, int value) {
            out.write(tag);
            out.writeVarInt(value << 1 ^ value >> 31);
        }

        private void header(byte tag, int length) {
            out.write(tag);
            out.writeVarInt(length);
        }

        private void string(String text) {
            int length = text.length();
            if (length > SHORT_TEXT) {
                longString(text);
                return;
            }
            int start = out.size();
            header(LATIN, length);
            int at = out.reserve(length);
            byte[] buffer = out.buffer();
            for (int i = 0; i < length; i++) {
                char letter = text.charAt(i);
                if (letter > 0xFF) {
                    out.truncate(start);
                    wideString(text);
                    return;
                }
                buffer[at + i] = (byte) letter;
            }
        }

        /** The JDK copies what is ASCII, and then the lengths are equal, faster than any loop could. */
        private void longString(String text) {
            byte[] ascii = text.getBytes(StandardCharsets.UTF_8);
            if (ascii.length == text.length()) {
                header(LATIN, ascii.length);
                out.write(ascii);
            } else if (text.chars().allMatch(letter -> letter <= 0xFF)) {
                byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
                header(LATIN, latin.length);
                out.write(latin);
            } else {
                wideString(text);
            }
        }

        /** Not as UTF-8, which would lose surrogates that stand alone. */
        private void wideString(String text) {
            int length = text.length();
            header(UTF16, length);
            int at = out.reserve(Math.multiplyExact(2, length));
            byte[] buffer = out.buffer();
            for (int i = 0; i < length; i++) {
                char letter = text.charAt(i);
                buffer[at + 2 * i] = (byte) (letter >> 8);
                buffer[at + 2 * i + 1] = (byte) letter;
            }
        }

        private void composed(Record value) {
            RecordShape shape = RecordShape.of(value.getClass());
            if (shape == null || depth >= MOST_DEPTH) {
                java(value);
                return;
            }
            out.write(RECORD);
            type(value.getClass(), shape);
            depth++;
            for (int i = 0; i < shape.size(); i++) {
                put(shape.part(value, i));
            }
            depth--;
        }

        private void structure(Object value) {
            Class<?> type = value.getClass();
            if (depth >= MOST_DEPTH) {
                java(value);
                return;
            }
            depth++;
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
            } else if (type == TreeSet.class && ((TreeSet<?>) value).comparator() == null) {
                elements(TREE_SET, (Collection<?>) value);
            } else if (type == TreeMap.class && ((TreeMap<?, ?>) value).comparator() == null) {
                entries(TREE_MAP, (Map<?, ?>) value);
            } else if (type == Object[].class) {
                elements(OBJECTS, Arrays.asList((Object[]) value));
            } else if (type == String[].class) {
                elements(STRINGS, Arrays.asList((String[]) value));
            } else if (value instanceof Optional<?> optional) {
                out.write(optional.isPresent() ? OPTIONAL : EMPTY_OPTIONAL);
                optional.ifPresent(this::put);
            } else {
                java(value);
            }
            depth--;
        }

        private void elements(byte tag, Collection<?> elements) {
            header(tag, elements.size());
            for (Object element : elements) {
                put(element);
            }
        }

        private void entries(byte tag, Map<?, ?> map) {
            header(tag, map.size());
            map.forEach((key, value) -> {
                put(key);
                put(value);
            });
        }

        private void java(Object value) {
            byte[] bytes = java.serialize(value);
            header(JAVA_OBJECT, bytes.length);
            out.write(bytes);
        }

        /** The number of the class, doubled; odd when it is new, and then its name or its description follows. */
        private void type(Class<?> type, @Nullable RecordShape shape) {
            if (classes == null) {
                classes = new IdentityHashMap<>(8);
            }
            Integer known = classes.get(type);
            if (known != null) {
                out.writeVarInt(known << 1);
                return;
            }
            allowed.require(type.getName());
            int number = classes.size();
            classes.put(type, number);
            out.writeVarInt(number << 1 | 1);
            text(shape != null ? shape.description() : type.getName().getBytes(StandardCharsets.UTF_8));
        }

        /** By name: a constant that is added, or moved, changes nothing for the others. */
        private void constant(Enum<?> constant) {
            if (constants == null) {
                constants = new IdentityHashMap<>(8);
            }
            Integer known = constants.get(constant);
            if (known != null) {
                out.writeVarInt(known << 1);
                return;
            }
            int number = constants.size();
            constants.put(constant, number);
            out.writeVarInt(number << 1 | 1);
            text(constant.name().getBytes(StandardCharsets.UTF_8));
        }

        private void text(byte[] utf8) {
            out.writeVarInt(utf8.length);
            out.write(utf8);
        }
    }

    private static final class Reader<T> implements Iterator<T>, SeekableReader {
        private final ByteInput in;
        private final ClassLoader loader;
        private final AllowedClasses allowed;
        private final JavaSerializer java;
        private final List<Class<?>> classes = new ArrayList<>(2);
        private final List<Enum<?>> constants = new ArrayList<>(2);
        private int depth;

        /** Elements that open collections have yet to read: their bytes are not there for anything else. */
        private int owed;

        Reader(ByteInput in, ClassLoader loader, AllowedClasses allowed, JavaSerializer java) {
            this.in = in;
            this.loader = loader;
            this.allowed = allowed;
            this.java = java;
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

        @Override
        public int position() {
            return in.position();
        }

        @Override
        public void position(int position) {
            in.position(position);
            depth = 0;
            owed = 0;
        }

        @Override
        public @Nullable Object read() {
            try {
                return value();
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                throw JavaSerializer.cannotRead(e);
            }
        }

        private @Nullable Object value() {
            byte tag = in.next();
            return switch (tag) {
                case NULL -> null;
                case TRUE -> Boolean.TRUE;
                case FALSE -> Boolean.FALSE;
                case INT -> number();
                case LONG -> wideNumber();
                case DOUBLE -> Double.longBitsToDouble(in.readLong());
                case FLOAT -> Float.intBitsToFloat(number());
                case SHORT -> (short) number();
                case BYTE -> (byte) number();
                case CHAR -> (char) number();
                case LATIN -> latin();
                case UTF16 -> wideString();
                case BYTES -> in.readBytes(length());
                case INTS -> {
                    int[] array = new int[length()];
                    Arrays.setAll(array, _ -> number());
                    yield array;
                }
                case LONGS -> {
                    long[] array = new long[length()];
                    Arrays.setAll(array, _ -> wideNumber());
                    yield array;
                }
                case DOUBLES -> in.readDoubles(length(Double.BYTES));
                case OBJECTS -> objects(length());
                case STRINGS -> {
                    @Nullable Object[] array = objects(length());
                    yield Arrays.copyOf(array, array.length, String[].class);
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
                case EMPTY_OPTIONAL -> Optional.empty();
                case OPTIONAL -> Optional.ofNullable(objects(1)[0]);
                case ENUM -> constant(type(false));
                case RECORD -> composed();
                case JAVA_OBJECT -> javaObject(length());
                default ->
                        throw new SerializationException(
                                "the bytes are damaged or of another serializer: there is no value of kind " + tag,
                                null);
            };
        }

        private int length() {
            return length(1);
        }

        /** A length that the rest of the bytes can hold, so that damaged bytes cannot ask for all memory. */
        private int length(int leastBytes) {
            int length = in.readVarInt();
            if (length < 0 || (long) length * leastBytes > in.available() - owed) {
                throw new SerializationException("the bytes are damaged: a length of " + length, null);
            }
            return length;
        }

        private void enter() {
            if (++depth > MOST_DEPTH) {
                throw new SerializationException("the bytes are damaged: they nest too deeply", null);
            }
        }

        private int number() {
            int value = in.readVarInt();
            return value >>> 1 ^ -(value & 1);
        }

        private long wideNumber() {
            long value = in.readVarLong();
            return value >>> 1 ^ -(value & 1);
        }

        private String latin() {
            int length = length();
            return new String(in.buffer(), in.take(length), length, StandardCharsets.ISO_8859_1);
        }

        private String wideString() {
            char[] letters = new char[length(Character.BYTES)];
            int at = in.take(2 * letters.length);
            byte[] buffer = in.buffer();
            for (int i = 0; i < letters.length; i++) {
                letters[i] = (char) (buffer[at + 2 * i] << 8 | (buffer[at + 2 * i + 1] & 0xFF));
            }
            return new String(letters);
        }

        private Object javaObject(int length) {
            int start = in.take(length);
            return java.read(new ByteInput(in.buffer(), start, length), loader);
        }

        private @Nullable Object[] objects(int length) {
            enter();
            owed += length;
            @Nullable Object[] array = new Object[length];
            for (int i = 0; i < length; i++) {
                owed--;
                array[i] = value();
            }
            depth--;
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

        private Collection<Object> fill(Collection<Object> collection, int size) {
            enter();
            owed += size;
            for (int i = 0; i < size; i++) {
                owed--;
                collection.add(value());
            }
            depth--;
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
            depth--;
            return map;
        }

        private Object composed() {
            RecordShape shape = shape(type(true));
            enter();
            @Nullable Object[] parts = new Object[shape.size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = value();
            }
            depth--;
            return shape.build(parts);
        }

        private static RecordShape shape(Class<?> type) {
            RecordShape shape = RecordShape.of(type);
            if (shape == null) {
                throw differs(type, "a plain record");
            }
            return shape;
        }

        private static SerializationException differs(Class<?> type, String written) {
            return new SerializationException(
                    "cannot deserialize: class "
                            + type.getName()
                            + " was "
                            + written
                            + " where it was written and is none here; run the same jars on both sides",
                    null);
        }

        @Override
        public void skip() {
            try {
                pass();
            } catch (RuntimeException | LinkageError e) {
                throw JavaSerializer.cannotRead(e);
            }
        }

        private void pass() {
            switch (in.next()) {
                case NULL, TRUE, FALSE, EMPTY_OPTIONAL -> {}
                case INT, LONG, FLOAT, SHORT, BYTE, CHAR -> in.skipVarLong();
                case DOUBLE -> in.take(Long.BYTES);
                case LATIN, BYTES, JAVA_OBJECT -> in.take(length());
                case UTF16 -> in.take(Character.BYTES * length(Character.BYTES));
                case DOUBLES -> in.take(Double.BYTES * length(Double.BYTES));
                case INTS, LONGS -> {
                    for (int left = length(); left > 0; left--) {
                        in.skipVarLong();
                    }
                }
                case OBJECTS,
                        STRINGS,
                        ARRAY_LIST,
                        IMMUTABLE_LIST,
                        HASH_SET,
                        LINKED_HASH_SET,
                        ARRAY_AS_LIST,
                        IMMUTABLE_SET,
                        TREE_SET ->
                        pass(length());
                case HASH_MAP, LINKED_HASH_MAP, IMMUTABLE_MAP, TREE_MAP -> pass(2 * length(2));
                case OPTIONAL -> pass(1);
                case ENUM -> {
                    Enum<?> unused = constant(type(false));
                }
                case RECORD -> pass(shape(type(true)).size());
                default -> throw new SerializationException("the bytes are damaged: an unknown kind of value", null);
            }
        }

        private void pass(int items) {
            enter();
            for (int left = items; left > 0; left--) {
                pass();
            }
            depth--;
        }

        @Override
        public PrefixKind prefixKind() {
            return switch (in.peek()) {
                case LATIN, UTF16 -> PrefixKind.TEXT;
                case INT -> PrefixKind.INTEGER;
                case LONG -> PrefixKind.LONG;
                case DOUBLE -> PrefixKind.DOUBLE;
                default -> PrefixKind.NONE;
            };
        }

        @Override
        public long sortPrefix() {
            int start = in.position();
            long prefix =
                    switch (in.next()) {
                        case LATIN -> in.latinPrefix(length());
                        case UTF16 -> widePrefix(length());
                        case INT -> number() ^ Long.MIN_VALUE;
                        case LONG -> wideNumber() ^ Long.MIN_VALUE;
                        case DOUBLE -> SortPrefix.number(Double.longBitsToDouble(in.readLong()));
                        default -> throw new IllegalStateException("this record has no prefix");
                    };
            in.position(start);
            return prefix;
        }

        /** A letter beyond Latin-1 counts as the last one, and all that follows it does too. */
        private long widePrefix(int length) {
            long prefix = 0;
            int at = in.take(2 * length);
            byte[] buffer = in.buffer();
            boolean beyond = false;
            for (int i = 0; i < Long.BYTES; i++) {
                beyond = beyond || (i < length && buffer[at + 2 * i] != 0);
                int letter = beyond ? 0xFF : i < length ? buffer[at + 2 * i + 1] & 0xFF : 0;
                prefix = prefix << Byte.SIZE | letter;
            }
            return prefix;
        }

        private Class<?> type(boolean ofRecord) {
            int mark = in.readVarInt();
            int number = mark >>> 1;
            if ((mark & 1) == 0) {
                return known(classes, number);
            }
            int length = length();
            int start = in.take(length);
            if (number < classes.size()) {
                return classes.get(number); // read once more, from a position before
            }
            Class<?> type = ofRecord ? record(start, length) : find(text(start, length));
            classes.add(type);
            return type;
        }

        private Class<?> record(int start, int length) {
            int end = start;
            while (end < start + length && in.buffer()[end] != ';') {
                end++;
            }
            Class<?> type = find(text(start, end - start));
            RecordShape shape = shape(type);
            if (!Arrays.equals(
                    in.buffer(), start, start + length, shape.description(), 0, shape.description().length)) {
                throw shape.differsFrom(text(start, length));
            }
            return type;
        }

        private Class<?> find(String name) {
            allowed.require(name);
            try {
                return Class.forName(name, false, loader);
            } catch (ClassNotFoundException e) {
                throw JavaSerializer.cannotRead(e);
            }
        }

        private Enum<?> constant(Class<?> type) {
            int mark = in.readVarInt();
            int number = mark >>> 1;
            if ((mark & 1) == 0) {
                return known(constants, number);
            }
            int length = length();
            int start = in.take(length);
            if (number < constants.size()) {
                return constants.get(number);
            }
            Enum<?> constant = constant(type, text(start, length));
            constants.add(constant);
            return constant;
        }

        private static Enum<?> constant(Class<?> type, String name) {
            if (!type.isEnum()) {
                throw differs(type, "an enum");
            }
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(name)) {
                    return (Enum<?>) constant;
                }
            }
            throw new SerializationException(
                    "cannot deserialize: enum "
                            + type.getName()
                            + " has no constant '"
                            + name
                            + "' here; run the same jars on both sides",
                    null);
        }

        private String text(int start, int length) {
            return new String(in.buffer(), start, length, StandardCharsets.UTF_8);
        }

        private static <E> E known(List<E> named, int number) {
            if (number >= named.size()) {
                throw new SerializationException(
                        "the bytes are damaged: class or constant number " + number + " was not named before", null);
            }
            return named.get(number);
        }
    }
}

package dev.capstan.kernel.serialization;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The classes and constants that a stream has named so far, as {@link WrittenNames} writes them. */
final class ReadNames {
    private final ByteInput in;
    private final ClassLoader loader;
    private final AllowedClasses allowed;
    private final List<Class<?>> classes = new ArrayList<>(2);
    private final List<Enum<?>> constants = new ArrayList<>(2);

    ReadNames(ByteInput in, ClassLoader loader, AllowedClasses allowed) {
        this.in = in;
        this.loader = loader;
        this.allowed = allowed;
    }

    /** The class that comes next. */
    Class<?> type() {
        return type(false);
    }

    /** The class of records that comes next, which must be described as it is here. */
    RecordShape shape() {
        return shape(type(true));
    }

    /** The class and the constant that come next. */
    Enum<?> constant() {
        Class<?> type = type(false);
        int mark = in.readVarInt();
        int number = mark >>> 1;
        if ((mark & 1) == 0) {
            return known(constants, number);
        }
        int length = in.readVarInt();
        int start = in.take(length);
        if (number < constants.size()) {
            return constants.get(number);
        }
        Enum<?> constant = constant(type, text(start, length));
        constants.add(constant);
        return constant;
    }

    private Class<?> type(boolean ofRecord) {
        int mark = in.readVarInt();
        int number = mark >>> 1;
        if ((mark & 1) == 0) {
            return known(classes, number);
        }
        int length = in.readVarInt();
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
        if (!Arrays.equals(in.buffer(), start, start + length, shape.description(), 0, shape.description().length)) {
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

    private static RecordShape shape(Class<?> type) {
        RecordShape shape = RecordShape.of(type);
        if (shape == null) {
            throw differs(type, "a plain record");
        }
        return shape;
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

    private static SerializationException differs(Class<?> type, String written) {
        return new SerializationException(
                "cannot deserialize: class "
                        + type.getName()
                        + " was "
                        + written
                        + " where it was written and is none here; run the same jars on both sides",
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

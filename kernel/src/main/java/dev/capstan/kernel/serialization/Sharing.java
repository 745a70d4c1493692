package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Decides whether tasks may share one instance of an object, because nothing that can be reached from it ever changes:
 * lambdas and records, strings, numbers, enum constants, the JDK's immutable values and collections, and what promises
 * it by {@link Shareable}. What is unknown may not be shared.
 *
 * <p>Everything that may be shared is serializable as well.
 */
public final class Sharing {
    private static final int MOST_OBJECTS = 10_000;

    private enum Kind {
        /** Immutable and without parts. */
        VALUE,
        /** Immutable if all its fields are. */
        FIELDS,
        /** An immutable collection: shareable if its elements are. */
        COLLECTION,
        MAP,
        UNKNOWN
    }

    private record Shape(Kind kind, List<Field> fields) {
        static final Shape UNKNOWN = new Shape(Kind.UNKNOWN, List.of());
    }

    private static final Set<Class<?>> VALUES =
            Set.of(
                    String.class,
                    Integer.class,
                    Long.class,
                    Double.class,
                    Boolean.class,
                    Byte.class,
                    Short.class,
                    Character.class,
                    Float.class,
                    BigInteger.class,
                    BigDecimal.class,
                    UUID.class,
                    URI.class,
                    Locale.class,
                    Pattern.class,
                    Duration.class,
                    Period.class,
                    Instant.class,
                    LocalDate.class,
                    LocalTime.class,
                    LocalDateTime.class,
                    ZonedDateTime.class,
                    Class.class);

    private static final Set<Class<?>> COLLECTIONS =
            Set.of(
                    List.of(1).getClass(),
                    List.of(1, 2, 3).getClass(),
                    Set.of(1).getClass(),
                    Set.of(1, 2, 3).getClass(),
                    Collections.emptyList().getClass(),
                    Collections.emptySet().getClass());

    private static final Set<Class<?>> MAPS =
            Set.of(Map.of(1, 1).getClass(), Map.of(1, 1, 2, 2).getClass(), Collections.emptyMap().getClass());

    private static final ClassValue<Shape> SHAPES =
            new ClassValue<>() {
                @Override
                protected Shape computeValue(Class<?> type) {
                    return shapeOf(type);
                }
            };

    private Sharing() {}

    /** Whether tasks may share the object. */
    public static boolean allows(@Nullable Object object) {
        return allows(object, Void.class);
    }

    /**
     * The same, for one object of a net of which the caller asks for each.
     *
     * @param others what is of this class is passed over, the object itself excepted
     */
    public static boolean allows(@Nullable Object object, Class<?> others) {
        if (object == null) {
            return true;
        }
        Shape shape = SHAPES.get(object.getClass());
        return switch (shape.kind()) {
            case VALUE -> true;
            case UNKNOWN -> false;
            case FIELDS -> shape.fields().isEmpty() || allParts(object, others);
            case COLLECTION, MAP -> allParts(object, others);
        };
    }

    private static boolean allParts(Object object, Class<?> others) {
        Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> waiting = new ArrayDeque<>();
        met.add(object);
        waiting.add(object);
        while (!waiting.isEmpty()) {
            Object next = waiting.poll();
            if (others.isInstance(next) && next != object) {
                continue;
            }
            Shape shape = SHAPES.get(next.getClass());
            switch (shape.kind()) {
                case VALUE -> {}
                case UNKNOWN -> {
                    return false;
                }
                case FIELDS -> shape.fields().forEach(field -> addField(next, valueOf(field, next), met, waiting));
                case COLLECTION -> ((Collection<?>) next).forEach(part -> add(part, met, waiting));
                case MAP ->
                        ((Map<?, ?>) next)
                                .forEach((key, value) -> {
                                    add(key, met, waiting);
                                    add(value, met, waiting);
                                });
            }
            if (met.size() > MOST_OBJECTS) {
                return false;
            }
        }
        return true;
    }

    private static void add(@Nullable Object part, Set<Object> met, Deque<Object> waiting) {
        if (part != null && met.add(part)) {
            waiting.add(part);
        }
    }

    /** An array can change unless its owner has promised otherwise. */
    private static void addField(Object owner, @Nullable Object part, Set<Object> met, Deque<Object> waiting) {
        if (part == null || !part.getClass().isArray() || !(owner instanceof Shareable)) {
            add(part, met, waiting);
        } else if (part instanceof Object[] array) {
            for (Object element : array) {
                add(element, met, waiting);
            }
        }
    }

    private static @Nullable Object valueOf(Field field, Object owner) {
        try {
            return field.get(owner);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Shape shapeOf(Class<?> type) {
        if (VALUES.contains(type) || Enum.class.isAssignableFrom(type)) {
            return new Shape(Kind.VALUE, List.of());
        }
        if (COLLECTIONS.contains(type)) {
            return new Shape(Kind.COLLECTION, List.of());
        }
        if (MAPS.contains(type)) {
            return new Shape(Kind.MAP, List.of());
        }
        boolean trusted =
                Shareable.class.isAssignableFrom(type)
                        || (type.isRecord() && Serializable.class.isAssignableFrom(type))
                        || isSerializableLambda(type);
        return trusted ? fieldsOf(type) : Shape.UNKNOWN;
    }

    /** Lambdas and method references are hidden classes that the JVM spins; all their fields are final. */
    static boolean isSerializableLambda(Class<?> type) {
        return type.isHidden() && type.isSynthetic() && Serializable.class.isAssignableFrom(type);
    }

    private static Shape fieldsOf(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> part = type; part != null && part != Object.class; part = part.getSuperclass()) {
            for (Field field : part.getDeclaredFields()) {
                boolean travels =
                        !Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers());
                if (travels && !isValueType(field.getType())) {
                    try {
                        field.setAccessible(true);
                    } catch (InaccessibleObjectException e) {
                        return Shape.UNKNOWN;
                    }
                    fields.add(field);
                }
            }
        }
        return new Shape(Kind.FIELDS, List.copyOf(fields));
    }

    /** Whether everything that a field of this type can hold is a value: saves looking at it. */
    private static boolean isValueType(Class<?> type) {
        return type.isPrimitive() || (Modifier.isFinal(type.getModifiers()) && VALUES.contains(type));
    }
}

package dev.capstan.engine.memory;

import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.SerializationException;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Estimates how much of the heap an object takes with all it refers to. Exact for strings, numbers, arrays of
 * primitives and classes whose fields can be read; of large arrays and collections it looks at a sample. What several
 * parts of an object share is counted each time, classes and enum constants never. Cycles end at a depth.
 */
public final class ObjectSize {
    private static final HeapLayout HEAP = HeapLayout.ofThisMachine();
    private static final ClassValue<ClassLayout> LAYOUTS =
            new ClassValue<>() {
                @Override
                protected ClassLayout computeValue(Class<?> type) {
                    return ClassLayout.of(type, HEAP);
                }
            };

    /** Of longer arrays and collections so many elements are looked at. */
    private static final int SAMPLE = 64;

    /** What lies deeper is left out; it also ends cycles. */
    private static final int MOST_DEPTH = 24;

    /** How many objects are looked at for one estimate; the rest is taken to be like a reference. */
    private static final int MOST_VISITS = 10_000;

    /** Objects that only serialization can look into take about so many times their serialized form. */
    private static final double OVER_SERIALIZED = 1.5;

    private static final JavaSerializer JAVA = new JavaSerializer();
    private static final Class<?> LIST_12 = List.of(1).getClass();
    private static final Class<?> LIST_N = List.of(1, 2, 3).getClass();
    private static final Class<?> SET_12 = Set.of(1).getClass();
    private static final Class<?> MAP_1 = Map.of(1, 1).getClass();

    private int visits;

    private ObjectSize() {}

    /** The size of the object with all it refers to; 0 for null. */
    public static long of(@Nullable Object value) {
        return new ObjectSize().size(value, 0);
    }

    /**
     * What the first elements of an array refer to, without the array itself: for arrays that are filled from the
     * front.
     */
    public static long ofElements(@Nullable Object[] array, int count) {
        return new ObjectSize().sample(Arrays.asList(array).subList(0, count), 0);
    }

    /** An array of references of this length, without what it refers to. */
    public static long ofReferences(long length) {
        return HEAP.array(length, HEAP.reference());
    }

    /** An array of bytes of this length. */
    public static long ofBytes(long length) {
        return HEAP.array(length, 1);
    }

    private long size(@Nullable Object value, int depth) {
        if (value == null || ++visits > MOST_VISITS) {
            return 0;
        }
        return switch (value) {
            case String text -> HEAP.object(HEAP.reference() + 6L) + HEAP.array(text.length(), isLatin(text) ? 1 : 2);
            case Integer _, Float _ -> HEAP.object(4);
            case Long _, Double _ -> HEAP.object(8);
            case Short _, Character _ -> HEAP.object(2);
            case Byte _ -> HEAP.object(1);
            case Boolean _, Class<?> _, Enum<?> _ -> 0;
            case BigInteger number -> HEAP.object(HEAP.reference() + 20L) + HEAP.array(number.bitLength() / 32 + 1, 4);
            case BigDecimal number ->
                    HEAP.object(2L * HEAP.reference() + 16)
                            + (number.precision() > 18 ? size(number.unscaledValue(), depth + 1) : 0);
            case Object array when array.getClass().isArray() -> array(array, depth);
            case Object _ when depth >= MOST_DEPTH -> 0;
            case Optional<?> optional -> HEAP.object(HEAP.reference()) + size(optional.orElse(null), depth + 1);
            case Collection<?> collection when isOfTheJdk(value) -> collection(collection, depth);
            case Map<?, ?> map when isOfTheJdk(value) -> map(map, depth);
            default -> fields(value, depth);
        };
    }

    /** As {@code String} does when it stores one byte for each letter. */
    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfTheJdk(Object value) {
        return value.getClass().getName().startsWith("java.util.");
    }

    private long array(Object array, int depth) {
        if (array instanceof @Nullable Object[] elements) {
            long own = HEAP.array(elements.length, HEAP.reference());
            return depth >= MOST_DEPTH ? own : own + sample(Arrays.asList(elements), depth);
        }
        return HEAP.array(Array.getLength(array), HEAP.bytesOf(array.getClass().componentType()));
    }

    private long collection(Collection<?> collection, int depth) {
        int size = collection.size();
        Class<?> type = collection.getClass();
        long own;
        if (type == ArrayList.class) {
            own = HEAP.object(HEAP.reference() + 8L) + ofReferences(size);
        } else if (type == LIST_12 || type == SET_12) {
            own = HEAP.object(2L * HEAP.reference());
        } else if (type == LIST_N) {
            own = HEAP.object(HEAP.reference() + 1L) + ofReferences(size);
        } else if (type == LinkedList.class) {
            own = HEAP.object(2L * HEAP.reference() + 8) + size * HEAP.object(3L * HEAP.reference());
        } else if (type == ArrayDeque.class) {
            own = HEAP.object(HEAP.reference() + 8L) + ofReferences(size + 1L);
        } else if (type == HashSet.class) {
            own = HEAP.object(HEAP.reference()) + hashed(size, 0);
        } else if (type == LinkedHashSet.class) {
            own = HEAP.object(HEAP.reference()) + hashed(size, 2);
        } else if (type == TreeSet.class) {
            own = HEAP.object(HEAP.reference()) + tree(size);
        } else {
            own = HEAP.object(4L * HEAP.reference()) + ofReferences(2L * size);
        }
        return own + sample(collection, depth);
    }

    private long map(Map<?, ?> map, int depth) {
        int size = map.size();
        Class<?> type = map.getClass();
        long own;
        if (type == HashMap.class) {
            own = hashed(size, 0);
        } else if (type == LinkedHashMap.class) {
            own = hashed(size, 2);
        } else if (type == TreeMap.class) {
            own = tree(size);
        } else if (type == MAP_1) {
            own = HEAP.object(2L * HEAP.reference());
        } else {
            own = HEAP.object(8L * HEAP.reference()) + ofReferences(4L * size);
        }
        return own + sample(map.keySet(), depth) + sample(map.values(), depth);
    }

    /** A hash map's object, table and nodes. */
    private static long hashed(int size, int linksPerNode) {
        int slots = size == 0 ? 0 : Integer.highestOneBit(Math.max(16, (int) (size / 0.75f) + 1) * 2 - 1);
        long table = slots == 0 ? 0 : ofReferences(slots);
        long node = HEAP.object(4L + (3L + linksPerNode) * HEAP.reference());
        return HEAP.object((4L + linksPerNode) * HEAP.reference() + 17) + table + size * node;
    }

    private static long tree(int size) {
        return HEAP.object(7L * HEAP.reference() + 8) + size * HEAP.object(5L * HEAP.reference() + 1);
    }

    /** All that the elements refer to; of many the first ones and, where order is cheap, some of all others. */
    private long sample(Collection<?> elements, int depth) {
        int size = elements.size();
        if (size <= 2 * SAMPLE) {
            long sum = 0;
            for (Object element : elements) {
                sum += size(element, depth + 1);
            }
            return sum;
        }
        long sum = 0;
        if (elements instanceof List<?> list && list instanceof RandomAccess) {
            for (int i = 0; i < SAMPLE; i++) {
                sum += size(list.get((int) ((long) i * size / SAMPLE)), depth + 1);
            }
        } else {
            Iterator<?> iterator = elements.iterator();
            for (int i = 0; i < SAMPLE; i++) {
                sum += size(iterator.next(), depth + 1);
            }
        }
        return (long) ((double) sum / SAMPLE * size);
    }

    private long fields(Object value, int depth) {
        ClassLayout layout = LAYOUTS.get(value.getClass());
        if (!layout.readable()) {
            return Math.max(layout.shallowBytes(), serialized(value));
        }
        long sum = layout.shallowBytes();
        for (var field : layout.references()) {
            sum += size(ClassLayout.read(field, value), depth + 1);
        }
        return sum;
    }

    private static long serialized(Object value) {
        if (!(value instanceof Serializable)) {
            return 0;
        }
        try {
            return (long) (JAVA.serialize(value).length * OVER_SERIALIZED);
        } catch (SerializationException e) { // not serializable after all
            return 0;
        }
    }
}

package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the shortest way from a function to what keeps it from being serialized. Walks as serialization does, nearest
 * objects first, each once, through what it captures, fields, arrays, collections and maps.
 */
final class CaptureSearch {
    private static final int MOST_OBJECTS = 100_000;

    private final Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Step> waiting = new ArrayDeque<>();

    sealed interface Finding {}

    record DriverObject(String path, DriverOnly found) implements Finding {}

    /**
     * @param throughThis whether the way leads through the enclosing object
     */
    record NotSerializable(String path, String type, boolean throughThis) implements Finding {}

    record Nothing() implements Finding {}

    /** An object, and how it was reached. */
    private record Step(Object object, @Nullable Step from, String label) {
        String path(String end) {
            StringBuilder path = new StringBuilder(end);
            for (Step step = this; step != null && step.from != null; step = step.from) {
                path.insert(0, " → ").insert(0, step.label);
            }
            return path.toString();
        }

        boolean through(String first) {
            for (Step step = this; step != null; step = step.from) {
                if (step.label.equals(first)) {
                    return true;
                }
            }
            return false;
        }
    }

    private CaptureSearch() {}

    static Finding find(Object function) {
        CaptureSearch search = new CaptureSearch();
        search.add(function, null, "");
        while (!search.waiting.isEmpty() && search.met.size() < MOST_OBJECTS) {
            Step step = search.waiting.poll();
            Finding found = search.look(step);
            if (found != null) {
                return found;
            }
        }
        return new Nothing();
    }

    private void add(@Nullable Object object, @Nullable Step from, String label) {
        if (object != null && met.add(object)) {
            waiting.add(new Step(object, from, label));
        }
    }

    /** What is wrong with the object itself; otherwise its parts wait to be looked at. */
    private @Nullable Finding look(Step step) {
        Object object = step.object();
        Class<?> type = object.getClass();
        switch (object) {
            case DriverOnly found -> {
                return new DriverObject(step.path(found.describe()), found);
            }
            case Optional<?> optional -> add(optional.orElse(null), step, "the optional's value");
            case Object[] array -> addAll(Arrays.asList(array), step, true);
            case Object _ when type.isArray() -> {}
            case Object _ when !(object instanceof Serializable) -> {
                return blame(step, name(type));
            }
            case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        add(key, step, "key");
                        add(value, step, "value");
                    });
            case Collection<?> collection -> addAll(collection, step, collection instanceof List<?>);
            default -> {
                Optional<LambdaSource> lambda = LambdaSource.of(object);
                if (lambda.isPresent()) {
                    lambda.get().captures().forEach(capture -> add(capture.value(), step, capture.label()));
                } else {
                    return fields(step);
                }
            }
        }
        return null;
    }

    private void addAll(Iterable<?> elements, Step step, boolean numbered) {
        int index = 0;
        for (Object element : elements) {
            add(element, step, numbered ? "[" + index + "]" : "element");
            index++;
        }
    }

    /** Fields as serialization writes them. A class of the JDK does not let us look; then it is tried as a whole. */
    private @Nullable Finding fields(Step step) {
        Object object = step.object();
        for (Class<?> type = object.getClass();
                type != null && Serializable.class.isAssignableFrom(type);
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (!Modifier.isStatic(modifiers)
                        && !Modifier.isTransient(modifiers)
                        && !field.getType().isPrimitive()) {
                    try {
                        field.setAccessible(true);
                        add(field.get(object), step, label(type, field));
                    } catch (InaccessibleObjectException | IllegalAccessException e) {
                        return ClosureCheck.serializes(object) ? null : blame(step, "what is inside of " + name(type));
                    }
                }
            }
        }
        return null;
    }

    private static String label(Class<?> type, Field field) {
        String name = field.getName();
        if (name.startsWith("val$")) {
            return "variable '" + name.substring(4) + "'";
        }
        if (name.startsWith("this$")) {
            return "this";
        }
        return "field " + (type.getSimpleName().isEmpty() ? name(type) : type.getSimpleName()) + "." + name;
    }

    private static NotSerializable blame(Step step, String type) {
        return new NotSerializable(step.path(type), type, step.through("this"));
    }

    private static String name(Class<?> type) {
        if (type.isHidden() && type.isSynthetic()) {
            Class<?>[] interfaces = type.getInterfaces();
            return "a lambda of type " + (interfaces.length == 0 ? type.getName() : interfaces[0].getName());
        }
        return type.getTypeName();
    }
}

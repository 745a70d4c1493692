package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way from a value to the object in it that cannot be written, as {@code com.acme.Order.lines[3].product}. Nearest
 * objects first, each once; what the JDK does not let us look into stays closed.
 */
final class DataPath {
    private static final int MOST_OBJECTS = 100_000;

    private final Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Step> waiting = new ArrayDeque<>();

    private record Step(Object object, String path) {}

    private DataPath() {}

    /** The path to the first object of a class of that name. */
    static Optional<String> find(@Nullable Object root, String type) {
        var search = new DataPath();
        search.add(root, root == null ? "" : root.getClass().getTypeName());
        while (!search.waiting.isEmpty() && search.met.size() < MOST_OBJECTS) {
            Step step = search.waiting.poll();
            if (step.object().getClass().getName().equals(type)) {
                return Optional.of(step.path());
            }
            search.look(step);
        }
        return Optional.empty();
    }

    private void add(@Nullable Object object, String path) {
        if (object != null && met.add(object)) {
            waiting.add(new Step(object, path));
        }
    }

    private void look(Step step) {
        String path = step.path();
        switch (step.object()) {
            case Optional<?> optional -> add(optional.orElse(null), path + ".get()");
            case Object[] array -> {
                for (int i = 0; i < array.length; i++) {
                    add(array[i], path + "[" + i + "]");
                }
            }
            case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        add(key, path + ".key");
                        add(value, path + "[" + name(key) + "]");
                    });
            case Collection<?> elements -> {
                int index = 0;
                for (Object element : elements) {
                    add(element, path + "[" + index++ + "]");
                }
            }
            default -> fields(step);
        }
    }

    /** Only keys whose text is short and cannot fail. */
    private static String name(@Nullable Object key) {
        return key instanceof String || key instanceof Integer || key instanceof Long ? key.toString() : "…";
    }

    private void fields(Step step) {
        Object object = step.object();
        for (Class<?> type = object.getClass();
                type != null && (Serializable.class.isAssignableFrom(type) || type.isRecord());
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (Modifier.isStatic(modifiers) || Modifier.isTransient(modifiers) || field.getType().isPrimitive()) {
                    continue;
                }
                try {
                    field.setAccessible(true);
                    add(field.get(object), step.path() + "." + field.getName());
                } catch (InaccessibleObjectException | IllegalAccessException e) {
                    return;
                }
            }
        }
    }
}

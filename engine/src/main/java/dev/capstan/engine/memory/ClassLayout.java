package dev.capstan.engine.memory;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the instances of a class.
 *
 * @param shallowBytes of the object without what it refers to
 * @param references its fields that refer to other objects, those of its superclasses included
 * @param readable whether reflection may read them all
 */
record ClassLayout(long shallowBytes, List<Field> references, boolean readable) {
    static ClassLayout of(Class<?> type, HeapLayout heap) {
        long fieldBytes = 0;
        boolean readable = true;
        List<Field> references = new ArrayList<>();
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                fieldBytes += heap.bytesOf(field.getType());
                if (!field.getType().isPrimitive()) {
                    references.add(field);
                    readable = readable && field.trySetAccessible();
                }
            }
        }
        return new ClassLayout(heap.object(fieldBytes), List.copyOf(references), readable);
    }

    static @Nullable Object read(Field field, Object from) {
        try {
            return field.get(from);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " was made accessible before", e);
        }
    }
}

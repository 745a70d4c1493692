package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.Externalizable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** How the records of a class are taken apart and put together. */
final class RecordShape {
    private static final ClassValue<RecordShape> SHAPES =
            new ClassValue<>() {
                @Override
                protected RecordShape computeValue(Class<?> type) {
                    return make(type);
                }
            };

    /** Stands for classes that we must leave to Java serialization. */
    private static final RecordShape UNFIT = new RecordShape(new MethodHandle[0], null);

    private final MethodHandle[] parts;
    private final @Nullable MethodHandle constructor;

    private RecordShape(MethodHandle[] parts, @Nullable MethodHandle constructor) {
        this.parts = parts;
        this.constructor = constructor;
    }

    /** Null if the class has its own way of being serialized, or does not let us look into it. */
    static @Nullable RecordShape of(Class<?> type) {
        RecordShape shape = SHAPES.get(type);
        return shape == UNFIT ? null : shape;
    }

    private static RecordShape make(Class<?> type) {
        if (!type.isRecord() || Externalizable.class.isAssignableFrom(type) || replaces(type)) {
            return UNFIT;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            RecordComponent[] components = type.getRecordComponents();
            MethodHandle[] parts = new MethodHandle[components.length];
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < parts.length; i++) {
                types[i] = components[i].getType();
                // The field, not the accessor: an accessor may return something else than the constructor takes.
                parts[i] =
                        lookup.findGetter(type, components[i].getName(), types[i])
                                .asType(MethodType.methodType(Object.class, Object.class));
            }
            MethodHandle constructor =
                    lookup.findConstructor(type, MethodType.methodType(void.class, types))
                            .asSpreader(Object[].class, types.length)
                            .asType(MethodType.methodType(Object.class, Object[].class));
            return new RecordShape(parts, constructor);
        } catch (IllegalAccessException | NoSuchMethodException | NoSuchFieldException e) {
            return UNFIT;
        }
    }

    private static boolean replaces(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("writeReplace") || method.getName().equals("readResolve"));
    }

    int size() {
        return parts.length;
    }

    @Nullable Object part(Object of, int index) {
        try {
            return (Object) parts[index].invokeExact(of);
        } catch (Throwable e) {
            throw new SerializationException("cannot read a component of " + of.getClass().getName() + ": " + e, e);
        }
    }

    Object build(@Nullable Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Throwable e) {
            throw new SerializationException("cannot deserialize a record: its constructor failed with " + e, e);
        }
    }
}

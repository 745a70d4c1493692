package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.Externalizable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How the records of a class are taken apart and put together. */
public final class RecordShape {
    private static final ClassValue<RecordShape> SHAPES =
            new ClassValue<>() {
                @Override
                protected RecordShape computeValue(Class<?> type) {
                    return make(type);
                }
            };

    /** Stands for classes that we must leave to Java serialization. */
    private static final RecordShape UNFIT = new RecordShape(Record.class, new Class<?>[0], new MethodHandle[0], null);

    private final Class<?> type;
    private final Class<?>[] types;
    private final MethodHandle[] parts;
    private final @Nullable MethodHandle constructor;
    private final byte[] description;

    private RecordShape(Class<?> type, Class<?>[] types, MethodHandle[] parts, @Nullable MethodHandle constructor) {
        this.type = type;
        this.types = types;
        this.parts = parts;
        this.constructor = constructor;
        this.description =
                SchemaDifference.schema(List.of(type.getName(), schema(type))).getBytes(StandardCharsets.UTF_8);
    }

    /** Null if the class has its own way of being serialized, or does not let us look into it. */
    public static @Nullable RecordShape of(Class<?> type) {
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
            return new RecordShape(type, types, parts, constructor);
        } catch (IllegalAccessException | NoSuchMethodException | NoSuchFieldException e) {
            return UNFIT;
        }
    }

    private static boolean replaces(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("writeReplace") || method.getName().equals("readResolve"));
    }

    /** The names and types of the components, in order. */
    private static String schema(Class<?> type) {
        List<String> schema = new ArrayList<>();
        RecordComponent[] components = type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
        for (RecordComponent component : components) {
            schema.add(component.getName());
            schema.add(component.getType().getTypeName());
        }
        return SchemaDifference.schema(schema);
    }

    /** What both sides must agree on: the name of the class, and its {@link SchemaDifference schema} after it. */
    byte[] description() {
        return description;
    }

    /** The error for a record that was written with another description. */
    SerializationException differsFrom(String written) {
        String name = type.getName();
        return SchemaDifference.between(
                name, "component", written.substring(Math.min(written.length(), name.length() + 1)), schema(type), "");
    }

    public int size() {
        return parts.length;
    }

    /** The declared type of a component. */
    public Class<?> type(int index) {
        return types[index];
    }

    /** What a component holds: the field's value, whatever its accessor says. */
    public @Nullable Object part(Object of, int index) {
        try {
            return (Object) parts[index].invokeExact(of);
        } catch (Throwable e) {
            throw new SerializationException("cannot read a component of " + of.getClass().getName() + ": " + e, e);
        }
    }

    Object build(@Nullable Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw new SerializationException("cannot deserialize a " + type.getName() + ": " + why(values, e), e);
        }
    }

    private String why(@Nullable Object[] values, Throwable e) {
        for (int i = 0; i < types.length; i++) {
            Object value = values[i];
            Class<?> boxed = MethodType.methodType(types[i]).wrap().returnType();
            if (value == null ? types[i].isPrimitive() : !boxed.isInstance(value)) {
                return "its component '"
                        + type.getRecordComponents()[i].getName()
                        + "' is a "
                        + types[i].getTypeName()
                        + " but was read as "
                        + (value == null ? "null" : "a " + value.getClass().getTypeName())
                        + ": the bytes are damaged";
            }
        }
        return "its constructor failed with " + e + FailurePlace.of(e);
    }
}

package dev.capstan.engine.pipeline;

import dev.capstan.kernel.serialization.RecordShape;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How the keys of a class are hashed; found out once for each class. */
sealed interface KeyKind {
    int code(Object key);

    /** By its own hash code. */
    record ByHashCode() implements KeyKind {
        @Override
        public int code(Object key) {
            return key.hashCode();
        }
    }

    /** Constants of an enum, by name. */
    record ByConstant() implements KeyKind {
        @Override
        public int code(Object key) {
            return ((Enum<?>) key).name().hashCode();
        }
    }

    /** Classes as values, by name. */
    record ByClassName() implements KeyKind {
        @Override
        public int code(Object key) {
            return ((Class<?>) key).getName().hashCode();
        }
    }

    /** Collections, as their interfaces say, with the codes of their elements. */
    record ByElements() implements KeyKind {
        @Override
        public int code(Object key) {
            return switch (key) {
                case List<?> list -> KeyHash.ofList(list);
                case Set<?> set -> KeyHash.ofSet(set);
                case Map<?, ?> map -> KeyHash.ofMap(map);
                case Map.Entry<?, ?> entry -> KeyHash.ofEntry(entry);
                case Optional<?> optional -> KeyHash.ofOptional(optional);
                default -> key.hashCode();
            };
        }
    }

    /** Records whose equality is that of their components, some of which may have codes that differ. */
    record ByComponents(RecordShape shape) implements KeyKind {
        @Override
        public int code(Object key) {
            int code = 0;
            for (int i = 0; i < shape.size(); i++) {
                code = 31 * code + KeyHash.code(shape.part(key, i));
            }
            return code;
        }
    }

    /** Those that are no keys. */
    record Refused(String why) implements KeyKind {
        @Override
        public int code(Object key) {
            throw new IllegalArgumentException(why);
        }
    }

    ClassValue<KeyKind> ALL =
            new ClassValue<>() {
                @Override
                protected KeyKind computeValue(Class<?> type) {
                    return make(type);
                }
            };

    static KeyKind of(Class<?> type) {
        return ALL.get(type);
    }

    private static KeyKind make(Class<?> type) {
        if (type.isArray()) {
            return new Refused(
                    "an array ("
                            + type.getTypeName()
                            + ") cannot be a key, because arrays of equal content are not equal; use a List or a"
                            + " record");
        } else if (Enum.class.isAssignableFrom(type)) {
            return new ByConstant();
        } else if (type == Class.class) {
            return new ByClassName();
        } else if (type.isRecord()) {
            return ofRecord(type);
        } else if (hasParts(type)) {
            return new ByElements();
        }
        return ofHashCode(type);
    }

    private static boolean hasParts(Class<?> type) {
        return List.class.isAssignableFrom(type)
                || Set.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type)
                || Map.Entry.class.isAssignableFrom(type)
                || type == Optional.class;
    }

    private static KeyKind ofHashCode(Class<?> type) {
        try {
            if (type.getMethod("hashCode").getDeclaringClass() != Object.class) {
                return new ByHashCode();
            }
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e); // every class has one
        }
        return new Refused(
                "a "
                        + type.getName()
                        + " cannot be a key, because its class does not override equals and hashCode: no two of them"
                        + " are equal once they were sent anywhere; let it, or make it a record");
    }

    /** A record that has an equality of its own is left to its own hash code, which must agree with that. */
    private static KeyKind ofRecord(Class<?> type) {
        RecordShape shape = RecordShape.of(type);
        if (shape == null || !isGenerated(type)) {
            return new ByHashCode();
        }
        for (int i = 0; i < shape.size(); i++) {
            if (!isSameEverywhere(shape.type(i))) {
                return new ByComponents(shape);
            }
        }
        return new ByHashCode();
    }

    /** Whether whatever a component of this type holds has the same hash code in every process. */
    private static boolean isSameEverywhere(Class<?> type) {
        return type.isPrimitive()
                || (Modifier.isFinal(type.getModifiers())
                        && !type.isArray()
                        && !type.isEnum()
                        && of(type) instanceof ByHashCode);
    }

    /** Whether the compiler made both equals and hashCode. */
    private static boolean isGenerated(Class<?> type) {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            if (in == null) {
                return false;
            }
            ClassModel model = ClassFile.of().parse(in.readAllBytes());
            return isGenerated(model, "equals") && isGenerated(model, "hashCode");
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isGenerated(ClassModel model, String method) {
        return model.methods().stream()
                .filter(found -> found.methodName().equalsString(method))
                .flatMap(found -> found.code().stream())
                .flatMap(code -> code.elementStream())
                .anyMatch(element ->
                        element instanceof InvokeDynamicInstruction call
                                && call.bootstrapMethod()
                                        .owner()
                                        .descriptorString()
                                        .equals("Ljava/lang/runtime/ObjectMethods;"));
    }
}

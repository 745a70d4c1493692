package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.LineNumberTableAttribute;
import java.lang.classfile.attribute.LocalVariableTableAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the compiler knew of a lambda: its line, and the names of the variables that it captures. */
final class LambdaSource {
    private final SerializedLambda lambda;
    private final @Nullable MethodModel method;
    private final @Nullable String file;

    private LambdaSource(SerializedLambda lambda, @Nullable ClassModel owner) {
        this.lambda = lambda;
        this.method = owner == null ? null : methodOf(lambda, owner);
        this.file =
                owner == null
                        ? null
                        : owner.findAttribute(Attributes.sourceFile())
                                .map(attribute -> attribute.sourceFile().stringValue())
                                .orElse(null);
    }

    /** Empty if the object is not a serializable lambda or method reference, or does not let us look. */
    static Optional<LambdaSource> of(Object object) {
        return serialized(object)
                .map(lambda -> new LambdaSource(lambda, parse(lambda, object.getClass().getClassLoader())));
    }

    /** What the JDK writes in place of a lambda or method reference; empty as above. */
    static Optional<SerializedLambda> serialized(Object object) {
        if (!Sharing.isSerializableLambda(object.getClass())) {
            return Optional.empty();
        }
        try {
            Method writeReplace = object.getClass().getDeclaredMethod("writeReplace");
            writeReplace.setAccessible(true);
            return Optional.of((SerializedLambda) writeReplace.invoke(object));
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            return Optional.empty();
        }
    }

    private static @Nullable ClassModel parse(SerializedLambda lambda, @Nullable ClassLoader loader) {
        if (loader == null) {
            return null;
        }
        try (InputStream in = loader.getResourceAsStream(lambda.getImplClass() + ".class")) {
            return in == null ? null : ClassFile.of().parse(in.readAllBytes());
        } catch (IOException | IllegalArgumentException e) {
            return null; // a class that was made at run time, or a newer format: names stay unknown
        }
    }

    private static @Nullable MethodModel methodOf(SerializedLambda lambda, ClassModel owner) {
        return owner.methods().stream()
                .filter(method ->
                        method.methodName().equalsString(lambda.getImplMethodName())
                                && method.methodType().equalsString(lambda.getImplMethodSignature()))
                .findFirst()
                .orElse(null);
    }

    /** {@code WordCount.java:23}; empty for method references and if lines were not compiled in. */
    Optional<String> line() {
        if (!isLambda() || file == null) {
            return Optional.empty();
        }
        return code().flatMap(code -> code.findAttribute(Attributes.lineNumberTable()))
                .map(LineNumberTableAttribute::lineNumbers)
                .filter(lines -> !lines.isEmpty())
                .map(lines -> file + ":" + lines.getFirst().lineNumber());
    }

    /** Each captured object under its name. */
    List<Capture> captures() {
        List<Capture> captures = new ArrayList<>();
        boolean onInstance =
                lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic
                        && lambda.getImplMethodKind() != MethodHandleInfo.REF_newInvokeSpecial;
        int parameter = 0;
        int slot = onInstance ? 1 : 0;
        List<ClassDesc> types = MethodTypeDesc.ofDescriptor(lambda.getImplMethodSignature()).parameterList();
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            Object value = lambda.getCapturedArg(i);
            if (i == 0 && onInstance) {
                captures.add(new Capture(receiver(), value));
                continue;
            }
            captures.add(
                    new Capture(
                            variableAt(slot)
                                    .map(name -> "variable '" + name + "'")
                                    .orElse("captured argument " + (i + 1)),
                            value));
            slot += TypeKind.from(types.get(parameter++)).slotSize();
        }
        return captures;
    }

    private String receiver() {
        return isLambda() ? "this" : "the object of " + reference(lambda);
    }

    /** A method reference as the user wrote it, or nearly. */
    static String reference(SerializedLambda lambda) {
        String type = lambda.getImplClass();
        String method = lambda.getImplMethodName().equals("<init>") ? "new" : lambda.getImplMethodName();
        return type.substring(type.lastIndexOf('/') + 1) + "::" + method;
    }

    private boolean isLambda() {
        return isLambda(lambda);
    }

    /** Rather than a method reference. */
    static boolean isLambda(SerializedLambda lambda) {
        return lambda.getImplMethodName().startsWith("lambda$");
    }

    private Optional<String> variableAt(int slot) {
        if (!isLambda()) {
            return Optional.empty();
        }
        return code().flatMap(code -> code.findAttribute(Attributes.localVariableTable()))
                .map(LocalVariableTableAttribute::localVariables)
                .flatMap(variables ->
                        variables.stream()
                                .filter(variable -> variable.slot() == slot && variable.startPc() == 0)
                                .map(variable -> variable.name().stringValue())
                                .findFirst());
    }

    private Optional<CodeAttribute> code() {
        return method == null ? Optional.empty() : method.findAttribute(Attributes.code());
    }

    record Capture(String label, @Nullable Object value) {}
}

package dev.capstan.kernel.serialization;

import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * A method reference that would be read as another one. Where a class refers to one method for different types, as in
 * {@code integers.map(String::valueOf)} and {@code longs.map(String::valueOf)}, javac makes the class a {@code
 * $deserializeLambda$} that compares all but these types and always gives the first. Tasks would fail with a {@link
 * ClassCastException} that nobody understands.
 *
 * @param reference what the user wrote, {@code String::valueOf}
 * @param writtenFor the types that it takes
 * @param readFor the types that what would be read takes
 * @param in the class in which both are written
 */
record MisreadReference(String reference, String writtenFor, String readFor, String in) {
    /** Which objects were found right is remembered by class: there is one for each place in the source. */
    private static final ClassValue<Verdict> VERDICTS =
            new ClassValue<>() {
                @Override
                protected Verdict computeValue(Class<?> type) {
                    return new Verdict(type.getDeclaredFields().length > 0);
                }
            };

    private static final class Verdict {
        final boolean captures;
        volatile boolean right;

        Verdict(boolean captures) {
            this.captures = captures;
        }
    }

    /** The function itself, or a function that it captures; empty if all are read as they were written. */
    static Optional<MisreadReference> of(Object function) {
        if (!Sharing.isSerializableLambda(function.getClass())) {
            return Optional.empty();
        }
        Verdict verdict = VERDICTS.get(function.getClass());
        if (verdict.right && !verdict.captures) {
            return Optional.empty();
        }
        Optional<SerializedLambda> written = LambdaSource.serialized(function);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        if (!verdict.right) {
            Optional<MisreadReference> misread = misread(written.get(), function.getClass().getClassLoader());
            if (misread.isPresent()) {
                return misread;
            }
            verdict.right = true;
        }
        return amongCaptures(written.get());
    }

    /** A lambda captures only what was there before it, so there is no circle. */
    private static Optional<MisreadReference> amongCaptures(SerializedLambda function) {
        for (int i = 0; i < function.getCapturedArgCount(); i++) {
            Object captured = function.getCapturedArg(i);
            Optional<MisreadReference> misread = captured == null ? Optional.empty() : of(captured);
            if (misread.isPresent()) {
                return misread;
            }
        }
        return Optional.empty();
    }

    private static Optional<MisreadReference> misread(SerializedLambda written, ClassLoader loader) {
        if (LambdaSource.isLambda(written)) {
            return Optional.empty(); // each has a method of its own
        }
        try {
            String in = written.getCapturingClass().replace('/', '.');
            Method reader =
                    Class.forName(in, false, loader).getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
            reader.setAccessible(true);
            Optional<SerializedLambda> read = LambdaSource.serialized(reader.invoke(null, written));
            if (read.isEmpty()) {
                return Optional.empty();
            }
            MethodType writtenFor = MethodType.fromMethodDescriptorString(written.getInstantiatedMethodType(), loader);
            MethodType readFor = MethodType.fromMethodDescriptorString(read.get().getInstantiatedMethodType(), loader);
            return takes(readFor, writtenFor)
                    ? Optional.empty()
                    : Optional.of(
                            new MisreadReference(
                                    LambdaSource.reference(written), parameters(writtenFor), parameters(readFor), in));
        } catch (ReflectiveOperationException | InaccessibleObjectException | TypeNotPresentException e) {
            return Optional.empty(); // it does not let us look
        }
    }

    /** Whether what is given to the one may be given to the other; results are not converted. */
    private static boolean takes(MethodType general, MethodType special) {
        for (int i = 0; i < special.parameterCount(); i++) {
            if (!general.parameterType(i).isAssignableFrom(special.parameterType(i))) {
                return false;
            }
        }
        return true;
    }

    private static String parameters(MethodType type) {
        return String.join(", ", type.parameterList().stream().map(Class::getTypeName).toList());
    }

    String told(String operator, String line) {
        return operator
                + " at "
                + line
                + ": executors would take the method reference "
                + reference
                + " for another one\n    here it is for "
                + writtenFor
                + ", elsewhere in "
                + in
                + " for "
                + readFor
                + "\nJava does not tell references to one method apart when it reads them, if one class has several for"
                + " different types. Write this one as a lambda.";
    }
}

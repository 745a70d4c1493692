package dev.capstan.kernel.serialization;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.io.OutputStream;
import java.util.function.Supplier;

/**
 * Checks functions when they are given to an operator, so that what cannot travel is told where it was written and not
 * when a job runs.
 *
 * <p>Most functions capture nothing or plain values; {@link Sharing} accepts those in less than a microsecond. Others
 * are serialized once for trial; only if that fails is it worth finding out why.
 */
public final class ClosureCheck {
    private ClosureCheck() {}

    /**
     * Accepts a function that may travel.
     *
     * @param operator what it is given to, {@code map}
     * @param callSite the user's line, asked for only if the function is refused and tells no line itself
     * @throws NotSerializableClosureException names operator, line, the captured variable, and the way from it to what
     *     cannot be serialized
     */
    public static void check(Object function, String operator, Supplier<String> callSite) {
        MisreadReference.of(function)
                .ifPresent(misread -> {
                    throw new NotSerializableClosureException(misread.told(operator, callSite.get()), null);
                });
        if (Sharing.allows(function)) {
            return;
        }
        try (Probe probe = new Probe()) {
            probe.writeObject(function);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw explain(function, operator, callSite, e);
        }
    }

    private static NotSerializableClosureException explain(
            Object function, String operator, Supplier<String> callSite, Throwable cause) {
        String line = LambdaSource.of(function).flatMap(LambdaSource::line).orElseGet(callSite);
        String where = operator + " at " + line + ": ";
        CaptureSearch.Finding finding = CaptureSearch.find(function);
        String message =
                switch (finding) {
                    case CaptureSearch.DriverObject(String path, DriverOnly found) ->
                            where
                                    + "the function uses "
                                    + found.describe()
                                    + ", which exists in the driver only\n    "
                                    + path
                                    + "\n"
                                    + "Datasets and the context cannot be used inside tasks. Combine datasets with join"
                                    + " or cogroup, or collect() the smaller one first and use the result.";
                    case CaptureSearch.NotSerializable(String path, String type, boolean throughThis) ->
                            where
                                    + "the function captures something that cannot be sent to executors\n    "
                                    + path
                                    + "\n"
                                    + type
                                    + " is not serializable. Make it inside the function (with mapPartitions once per"
                                    + " partition), mark the field transient, or let the class implement"
                                    + " java.io.Serializable."
                                    + (throughThis
                                            ? "\n"
                                                    + "The function captures its whole enclosing object because it uses"
                                                    + " one of its fields or methods; copy what it needs into a local"
                                                    + " variable before."
                                            : "");
                    case CaptureSearch.Nothing() ->
                            where + "the function cannot be sent to executors: " + reason(cause);
                };
        return new NotSerializableClosureException(message, cause);
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case NotSerializableException e -> "it captures a " + e.getMessage() + ", which is not serializable";
            case StackOverflowError _ ->
                    "what it captures is nested too deeply for serialization (a long linked" + " structure?)";
            default -> "serializing what it captures failed with " + cause;
        };
    }

    /** Whether it can be serialized. */
    static boolean serializes(Object object) {
        try (Probe probe = new Probe()) {
            probe.writeObject(object);
            return true;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return false;
        }
    }

    /** Stops the trial at what must not leave the driver. */
    private static final class DriverOnlyReached extends ObjectStreamException {
        private static final long serialVersionUID = 1L;
    }

    /** Serializes to nowhere. */
    private static final class Probe extends JavaSerializer.Output {
        Probe() throws IOException {
            super(OutputStream.nullOutputStream(), AllowedClasses.ALL);
        }

        @Override
        protected Object replaceObject(Object object) throws IOException {
            if (object instanceof DriverOnly) {
                throw new DriverOnlyReached();
            }
            return super.replaceObject(object);
        }
    }
}

package dev.capstan.engine.execution;

import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.serialization.ClassNotAllowedException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Makes a {@link Failure} of an exception: what the user can use of the stack and of the causes, on one screen. Frames
 * of the engine are left out wherever user code is left; an exception without any is ours and is shown as it is.
 */
public final class FailureText {
    private static final int MOST_LINES = 40;
    private static final int MOST_CHARACTERS = 8_000;

    /** More would not be shown, and an exception of the user may have a new cause each time it is asked. */
    private static final int MOST_CAUSES = 100;

    private static final List<String> INTERNAL =
            List.of(
                    "dev.capstan.engine.",
                    "dev.capstan.kernel.",
                    "dev.capstan.executor.",
                    "java.lang.invoke.LambdaForm");

    private static final Failure UNTELLABLE =
            new Failure(
                    "java.lang.Throwable",
                    "the task failed, and so did the attempt to say why; most likely the executor is out of memory",
                    "");

    /** For whoever has no memory left to make one. */
    public static final TaskOutcome UNTELLABLE_OUTCOME = new TaskOutcome.Failed(UNTELLABLE);

    private FailureText() {}

    /** Never throws, also when memory is short or the methods that the user's exception overrides resist. */
    public static Failure of(Throwable failure) {
        try {
            return new Failure(failure.getClass().getName(), message(failure), stack(failure), permanent(failure));
        } catch (VirtualMachineError e) {
            return UNTELLABLE;
        } catch (Throwable e) { // whoever asks must have an outcome to tell
            return new Failure(failure.getClass().getName(), untold("it", e), "");
        }
    }

    /** The settings are the same everywhere. */
    private static boolean permanent(Throwable failure) {
        int looked = 0;
        for (Throwable cause = failure; cause != null && looked++ < MOST_CAUSES; cause = cause.getCause()) {
            if (cause instanceof ClassNotAllowedException) {
                return true;
            }
        }
        return false;
    }

    private static String untold(String what, Throwable e) {
        return "(" + what + " cannot be told: " + e.getClass().getName() + ")";
    }

    private static String message(Throwable failure) {
        String own = clip(String.valueOf(messageOf(failure)));
        return switch (failure) {
            case StackOverflowError _ ->
                    "the stack is full: a function calls itself without end, or an object is too"
                            + " deeply nested to be serialized";
            case OutOfMemoryError _ ->
                    own
                            + ": the task needs more memory than the executor has; use more partitions,"
                            + " or executors with more memory"
                            + HeapDump.written().map(file -> "; its heap was written to " + file).orElse("");
            default -> own.equals("null") ? "" : own;
        };
    }

    /** A message made by user code may fail itself. */
    private static String messageOf(Throwable failure) {
        try {
            return String.valueOf(failure.getMessage());
        } catch (Throwable e) { // it must not end the thread of the task
            return untold("its message", e);
        }
    }

    private static String stack(Throwable failure) {
        List<String> lines = new ArrayList<>();
        Set<Throwable> told = Collections.newSetFromMap(new IdentityHashMap<>());
        tell("", failure, lines, told);
        for (Throwable cause = failure.getCause();
                cause != null && told.size() <= MOST_CAUSES && told.add(cause);
                cause = cause.getCause()) {
            tell("Caused by: ", cause, lines, told);
        }
        if (lines.size() > MOST_LINES) {
            int left = lines.size() - MOST_LINES + 1;
            lines = new ArrayList<>(lines.subList(0, MOST_LINES - 1));
            lines.add("    ... " + left + " more lines");
        }
        return String.join("\n", lines);
    }

    private static void tell(String prefix, Throwable failure, List<String> lines, Set<Throwable> told) {
        told.add(failure);
        String message = clip(messageOf(failure));
        String type = failure.getClass().getName();
        lines.add(prefix + (message.equals("null") ? type : type + ": " + message));
        List<StackTraceElement> frames = frames(failure);
        // A recursion without end fills the screen with the same lines; so does anything deep. Causes come after it.
        int most = failure instanceof StackOverflowError ? 12 : 20;
        for (StackTraceElement frame : frames.subList(0, Math.min(most, frames.size()))) {
            lines.add("    at " + frame);
        }
        if (frames.size() > most) {
            lines.add("    ... " + (frames.size() - most) + " more frames");
        }
    }

    private static List<StackTraceElement> frames(Throwable failure) {
        List<StackTraceElement> above = new ArrayList<>();
        boolean anyUser = false;
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith(TaskRunner.class.getName())) {
                break;
            }
            above.add(frame);
            anyUser = anyUser || (!internal(frame) && !ofJdk(frame));
        }
        if (!anyUser) {
            return above;
        }
        above.removeIf(FailureText::internal);
        // What user code did not call, such as iterators of the JDK that call the engine, stands at the end.
        while (!above.isEmpty() && ofJdk(above.getLast())) {
            above.removeLast();
        }
        return above;
    }

    private static boolean internal(StackTraceElement frame) {
        return INTERNAL.stream().anyMatch(frame.getClassName()::startsWith);
    }

    private static boolean ofJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    private static String clip(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
    }
}

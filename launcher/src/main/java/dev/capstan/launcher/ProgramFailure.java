package dev.capstan.launcher;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Tells of a program's exception: its own words first, then its own frames, at most a screen. */
final class ProgramFailure {
    private static final int MOST_LINES = 40;
    private static final int MOST_FRAMES = 12;
    private static final int MOST_FRAMES_OF_A_CAUSE = 3;
    private static final String OURS = "dev.capstan.";
    private static final List<String> ENGINE =
            List.of(
                    "dev.capstan.driver.",
                    "dev.capstan.engine.",
                    "dev.capstan.executor.",
                    "dev.capstan.backend.",
                    "dev.capstan.kernel.");

    private ProgramFailure() {}

    /**
     * @param caller of the program's main method; frames from there on are of no interest
     */
    static List<String> lines(Throwable failure, Class<?> caller) {
        var lines = new ArrayList<String>();
        Set<Throwable> told = Collections.newSetFromMap(new IdentityHashMap<>());
        String prefix = "capstan: the program failed: ";
        for (Throwable each = failure; each != null && told.add(each); each = each.getCause()) {
            (prefix + words(each)).lines().forEach(lines::add);
            frames(each, caller, each == failure ? MOST_FRAMES : MOST_FRAMES_OF_A_CAUSE, lines);
            prefix = "caused by ";
        }
        if (lines.size() > MOST_LINES) {
            int left = lines.size() - MOST_LINES + 1;
            lines.subList(MOST_LINES - 1, lines.size()).clear();
            lines.add("    ... " + left + " more lines");
        }
        return lines;
    }

    /** Messages of ours are sentences that need no name of a class before them. */
    private static String words(Throwable failure) {
        String message = failure.getMessage();
        return message != null && failure.getClass().getName().startsWith(OURS) ? message : failure.toString();
    }

    private static void frames(Throwable failure, Class<?> caller, int most, List<String> lines) {
        var frames = new ArrayList<StackTraceElement>();
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().equals(caller.getName())) {
                break;
            }
            frames.add(frame);
        }
        boolean anyOfTheirs = frames.stream().anyMatch(ProgramFailure::isTheirs);
        if (anyOfTheirs) {
            int first = IntStream.range(0, frames.size()).filter(i -> isTheirs(frames.get(i))).findFirst().orElse(0);
            if (frames.subList(0, first).stream().anyMatch(ProgramFailure::isEngine)) {
                frames.subList(0, first).clear(); // also what the engine called of the JDK
            }
            frames.removeIf(ProgramFailure::isEngine);
            while (isJdk(frames.getLast())) {
                frames.removeLast(); // how we called main
            }
        }
        frames.stream().limit(most).forEach(frame -> lines.add("    at " + frame));
        if (frames.size() > most) {
            lines.add("    ... " + (frames.size() - most) + " more frames");
        }
    }

    private static boolean isTheirs(StackTraceElement frame) {
        return !isEngine(frame) && !isJdk(frame);
    }

    private static boolean isEngine(StackTraceElement frame) {
        return ENGINE.stream().anyMatch(frame.getClassName()::startsWith);
    }

    private static boolean isJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }
}

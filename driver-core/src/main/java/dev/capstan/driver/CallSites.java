package dev.capstan.driver;

import dev.capstan.driver.job.CallSite;

import java.util.Set;

/** Finds the user's line that called the API. */
final class CallSites {
    /** Classes of ours that users call, and that call each other. */
    private static final Set<Class<?>> OURS =
            Set.of(CallSites.class, CapstanContext.class, Rdd.class, PairRdd.class, TextFileOutput.class);

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private CallSites() {}

    /** The nearest frame that is not ours. */
    static CallSite here() {
        return WALKER.walk(frames ->
                frames.filter(frame -> !OURS.contains(frame.getDeclaringClass()))
                        .findFirst()
                        .map(CallSites::of)
                        .orElse(new CallSite("unknown", 0)));
    }

    private static CallSite of(StackWalker.StackFrame frame) {
        StackTraceElement element = frame.toStackTraceElement();
        String file = element.getFileName();
        return file == null
                ? new CallSite(frame.getClassName(), 0)
                : new CallSite(file, Math.max(0, element.getLineNumber()));
    }
}

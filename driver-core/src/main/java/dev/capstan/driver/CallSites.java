package dev.capstan.driver;

import dev.capstan.driver.job.CallSite;

import java.util.Objects;

/** Finds the user's line that called the API. */
final class CallSites {
    private static final String PACKAGE = CallSites.class.getPackageName();

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private CallSites() {}

    /** The nearest frame that is not ours. */
    static CallSite here() {
        return WALKER.walk(frames ->
                frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                        .findFirst()
                        .map(CallSites::of)
                        .orElse(new CallSite("unknown", 0)));
    }

    /** By where it was loaded from as well, since a test may live in our package. */
    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().equals(PACKAGE)
                && Objects.equals(
                        type.getProtectionDomain().getCodeSource(),
                        CallSites.class.getProtectionDomain().getCodeSource());
    }

    private static CallSite of(StackWalker.StackFrame frame) {
        StackTraceElement element = frame.toStackTraceElement();
        String file = element.getFileName();
        return file == null
                ? new CallSite(frame.getClassName(), 0)
                : new CallSite(file, Math.max(0, element.getLineNumber()));
    }
}

package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.ActiveSet.FailedAttempt;

import java.util.List;

/** The text with which a task set is given up: at most one screen. */
final class AbortReason {
    private static final int STACK_LINES = 30;

    private AbortReason() {}

    static String tooManyFailures(ActiveSet set, int index, int most) {
        return tooManyFailures(set.toString(), set.partition(index), most, set.failuresOf(index));
    }

    /** Every attempt that failed on a line, then the stack of the last. */
    static String tooManyFailures(String set, int partition, int most, List<FailedAttempt> failures) {
        var text = new StringBuilder();
        text.append("partition ").append(partition).append(" of ").append(set);
        text.append(failures.size() == 1 ? " failed" : " failed " + failures.size() + " times");
        text.append(" (capstan.task.maxFailures is ").append(most).append("):");
        for (FailedAttempt failure : failures) {
            text.append("\n  attempt ").append(failure.attempt());
            text.append(" at ").append(failure.executor()).append(" on ").append(failure.host());
            text.append(": ").append(failure.what());
        }
        FailedAttempt last = failures.getLast();
        if (!last.stack().isBlank()) {
            List<String> lines = last.stack().lines().toList();
            text.append("\nthe last one's stack:");
            lines.stream().limit(STACK_LINES).forEach(line -> text.append("\n  ").append(line.strip()));
            if (lines.size() > STACK_LINES) {
                text.append("\n  … ").append(lines.size() - STACK_LINES).append(" more lines");
            }
        }
        return text.toString();
    }
}

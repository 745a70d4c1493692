package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.ActiveSet.FailedAttempt;

import java.util.List;

/** The text with which a task set is given up: at most one screen. */
final class AbortReason {
    private static final int STACK_LINES = 30;

    private AbortReason() {}

    /** It was not tried again. */
    static String permanentFailure(ActiveSet set, int index) {
        FailedAttempt failure = set.failuresOf(index).getLast();
        return failure.what() + "\npartition " + set.partition(index) + " of " + set + " failed for good";
    }

    static String tooManyFailures(ActiveSet set, int index, int most) {
        if (set.barrier != null) { // its tasks fail together, whichever of them it was
            return tooManyFailures("some task of " + set, most, set.failuresOfAll(index));
        }
        return tooManyFailures(set.toString(), set.partition(index), most, set.failuresOf(index));
    }

    /** The stack of the last attempt, which is what the user looks for, then every attempt that failed on a line. */
    static String tooManyFailures(String set, int partition, int most, List<FailedAttempt> failures) {
        return tooManyFailures("partition " + partition + " of " + set, most, failures);
    }

    private static String tooManyFailures(String what, int most, List<FailedAttempt> failures) {
        var text = new StringBuilder();
        List<String> stack = failures.getLast().stack().lines().toList();
        stack.stream().limit(STACK_LINES).forEach(line -> text.append(line).append('\n'));
        if (stack.size() > STACK_LINES) {
            text.append("    … ").append(stack.size() - STACK_LINES).append(" more lines\n");
        }
        text.append(what);
        FailedAttempt only = failures.getFirst();
        if (failures.size() == 1 && only.stack().startsWith(only.what())) { // nothing is left to say but where
            text.append(" failed").append(where(only));
            return text.append(" (capstan.task.maxFailures is ").append(most).append(")").toString();
        }
        text.append(failures.size() == 1 ? " failed" : " failed " + failures.size() + " times");
        text.append(" (capstan.task.maxFailures is ").append(most).append("):");
        for (FailedAttempt failure : failures) {
            text.append("\n  attempt ").append(failure.attempt());
            text.append(where(failure)).append(": ").append(failure.what());
        }
        return text.toString();
    }

    private static String where(FailedAttempt failure) {
        return " at " + failure.executor() + " on " + failure.host();
    }
}

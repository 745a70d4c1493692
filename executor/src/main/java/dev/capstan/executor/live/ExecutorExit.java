package dev.capstan.executor.live;

/** The exit codes by which an executor process tells whoever started it how it ended. */
final class ExecutorExit {
    /** Its driver ended it, or is gone. */
    static final int ENDED = 0;

    /** It could not start, or a bug ended it; a JVM that cannot start has the same code. */
    static final int FAILED = 1;

    /** It was not started as executors are. */
    static final int MISUSED = 2;

    /**
     * It cannot go on for want of memory; what runs out of it in a task only fails the task. No code that programs like
     * to use themselves, since a function may end the process.
     */
    static final int OUT_OF_MEMORY = 52;

    private static final int BY_SIGNAL = 128;

    /** What a process does not survive, and nobody is to blame for in it. */
    private static final int HANG_UP = 1;

    private static final int INTERRUPT = 2;
    private static final int KILL = 9;
    private static final int TERMINATE = 15;

    private ExecutorExit() {}

    static boolean isKill(int code) {
        return isToldToEnd(code) || code == BY_SIGNAL + KILL;
    }

    /** By a signal at which it ends in order. */
    static boolean isToldToEnd(int code) {
        return switch (code - BY_SIGNAL) {
            case HANG_UP, INTERRUPT, TERMINATE -> true;
            default -> false;
        };
    }

    /** In words. */
    static String text(int code) {
        if (code == BY_SIGNAL + KILL) {
            return "was killed by signal 9: by somebody, or by the system because memory ran out";
        }
        if (code > BY_SIGNAL) {
            return "was ended by signal " + (code - BY_SIGNAL);
        }
        return "ended with code "
                + code
                + switch (code) {
                    case FAILED -> "";
                    case OUT_OF_MEMORY -> " because it ran out of memory";
                    default -> ", as when a function calls System.exit";
                };
    }
}

package dev.capstan.devcluster.mesos.agent;

import org.apache.mesos.v1.Protos.TaskState;

/** What the raw status of a process that has ended says about its task. */
final class CommandEnd {
    private static final int SIGNAL_BITS = 0x7f;
    private static final int EXIT_SHIFT = 8;

    private CommandEnd() {}

    static TaskState state(int status, boolean wasKilled) {
        if (wasKilled) {
            return TaskState.TASK_KILLED;
        }
        return status == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
    }

    static String message(int status) {
        int signal = status & SIGNAL_BITS;
        return signal == 0
                ? "Command exited with status " + (status >> EXIT_SHIFT)
                : "Command terminated with signal " + name(signal);
    }

    /** As strsignal names it. */
    private static String name(int signal) {
        return switch (signal) {
            case 1 -> "Hangup";
            case 2 -> "Interrupt";
            case 3 -> "Quit";
            case 4 -> "Illegal instruction";
            case 6 -> "Aborted";
            case 7 -> "Bus error";
            case 8 -> "Floating point exception";
            case 9 -> "Killed";
            case 11 -> "Segmentation fault";
            case 13 -> "Broken pipe";
            case 14 -> "Alarm clock";
            case 15 -> "Terminated";
            default -> "Unknown signal " + signal;
        };
    }
}

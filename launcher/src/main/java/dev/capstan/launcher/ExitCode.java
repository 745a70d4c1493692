package dev.capstan.launcher;

/** What the command leaves with; scripts rely on these. */
final class ExitCode {
    static final int SUCCESS = 0;

    /** The program failed, or what was to be shown is not so. */
    static final int FAILED = 1;

    /** The command line or a setting cannot be used. */
    static final int USAGE = 2;

    /** The cluster could not be reached. */
    static final int UNREACHABLE = 3;

    /** The cluster was reached and does not want the program: its credentials, its role, its user. */
    static final int REFUSED = 4;

    /** Somebody pressed Ctrl-C. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}

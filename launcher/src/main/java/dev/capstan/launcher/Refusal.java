package dev.capstan.launcher;

/** A verb cannot do what it was asked to; the message is one line that says why and what would do. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    Refusal(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static Refusal usage(String message) {
        return new Refusal(ExitCode.USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}

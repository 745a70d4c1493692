package dev.capstan.driver.backend;

/**
 * What came of looking whether programs could run somewhere.
 *
 * @param subject that was looked at, in a word or two
 * @param detail what was found, in a line
 * @param hint what to do about it; empty where all is well, or nothing is known to help
 */
public record Finding(Verdict verdict, String subject, String detail, String hint) {
    /** How good that is. */
    public enum Verdict {
        OK,
        /** Programs may run, and something may be other than was meant. */
        WARNING,
        /** Programs would fail. */
        FAILURE,
        /** Programs would fail because no cluster answers. */
        UNREACHABLE
    }

    public static Finding ok(String subject, String detail) {
        return new Finding(Verdict.OK, subject, detail, "");
    }

    public static Finding warning(String subject, String detail, String hint) {
        return new Finding(Verdict.WARNING, subject, detail, hint);
    }

    public static Finding failure(String subject, String detail, String hint) {
        return new Finding(Verdict.FAILURE, subject, detail, hint);
    }

    public static Finding unreachable(String subject, String detail, String hint) {
        return new Finding(Verdict.UNREACHABLE, subject, detail, hint);
    }
}

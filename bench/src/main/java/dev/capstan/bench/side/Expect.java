package dev.capstan.bench.side;

/** Looks at the result of a program: a fast wrong answer is no figure. */
public final class Expect {
    private Expect() {}

    public static void equal(long expected, long actual, String what) {
        if (expected != actual) {
            throw new IllegalStateException("wrong result: " + actual + " " + what + " instead of " + expected);
        }
    }
}

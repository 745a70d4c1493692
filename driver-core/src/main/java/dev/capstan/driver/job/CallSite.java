package dev.capstan.driver.job;

import java.util.Objects;

/** A line of the user's program. */
public record CallSite(String file, int line) {
    public CallSite {
        Objects.requireNonNull(file, "file");
    }

    /** {@code WordCount.java:23} */
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}

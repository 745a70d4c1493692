package dev.capstan.engine.lineage;

import java.util.Objects;

/**
 * The lines of a file that begin after {@code start}, up to {@code end} inclusive; those of a file's first split begin
 * at 0.
 *
 * @param end {@link Long#MAX_VALUE} for a file that cannot be cut
 */
public record TextSplit(String path, long start, long end) {
    public TextSplit {
        Objects.requireNonNull(path, "path");
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("a split cannot reach from " + start + " to " + end);
        }
    }

    boolean compressed() {
        return path.endsWith(".gz");
    }
}

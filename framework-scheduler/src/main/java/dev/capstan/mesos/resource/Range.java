package dev.capstan.mesos.resource;

/**
 * Whole numbers without a gap.
 *
 * @param first and least of them
 * @param last of them, included
 */
public record Range(long first, long last) {
    /** Checks that there is at least one number. */
    public Range {
        if (first < 0 || last < first || last == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "["
                            + Long.toUnsignedString(first)
                            + "-"
                            + Long.toUnsignedString(last)
                            + "] is not a range: it must begin at 0 or above, not end before it begins, and end below "
                            + Long.MAX_VALUE);
        }
    }

    /** How many numbers there are. */
    public long count() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}

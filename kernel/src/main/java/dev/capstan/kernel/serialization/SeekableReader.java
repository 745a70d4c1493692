package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

/**
 * Reads serialized records in any order, and passes over them or looks at them without making objects.
 *
 * <p>A record may be read at a position only after those before it were read or passed over once: they may have named
 * the classes that it refers to by number.
 */
public interface SeekableReader {
    /** What the {@link #sortPrefix} of a value says about its natural order. */
    enum PrefixKind {
        /** Nothing. */
        NONE(false),
        /** Strings: those with different prefixes are ordered as these are, as unsigned numbers. */
        TEXT(false),
        /** Like {@link #TEXT}, for {@code Integer}; equal prefixes mean equal values. */
        INTEGER(true),
        /** Like {@link #INTEGER}, for {@code Long}. */
        LONG(true),
        /** Like {@link #INTEGER}, for {@code Double}. */
        DOUBLE(true);

        private final boolean exact;

        PrefixKind(boolean exact) {
            this.exact = exact;
        }

        /** Whether values with equal prefixes are equal. */
        public boolean exact() {
            return exact;
        }
    }

    boolean hasNext();

    /** Where the next record begins. */
    int position();

    /** Goes to where a record begins. */
    void position(int position);

    /** Makes the next record. */
    @Nullable Object read();

    /** Passes over the next record. */
    void skip();

    /** What kind of prefix the next record has; stays before it. */
    PrefixKind prefixKind();

    /** The prefix of the next record, which must have one; stays before it. */
    long sortPrefix();
}

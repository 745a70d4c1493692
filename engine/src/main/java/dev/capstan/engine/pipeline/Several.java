package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

/** What a function makes of one element. */
public final class Several {
    private Several() {}

    /**
     * The elements, if the function has made any; null is refused with a word on whose fault it is.
     *
     * @param operator that called the function
     */
    public static <R> Iterable<R> given(@Nullable Iterable<R> made, String operator) {
        if (made == null) {
            throw new NullPointerException(
                    "the function of " + operator + " returned null; return an empty list where there is nothing");
        }
        return made;
    }
}

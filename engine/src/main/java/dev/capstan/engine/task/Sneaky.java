package dev.capstan.engine.task;

/** Lets checked exceptions of user functions pass through iterators, unwrapped, so that the user sees his own. */
public final class Sneaky {
    private Sneaky() {}

    /** Throws what it is given; declared to return so that callers can write {@code throw}. */
    public static RuntimeException rethrow(Throwable failure) {
        throw Sneaky.<RuntimeException>as(failure);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X as(Throwable failure) throws X {
        throw (X) failure;
    }
}

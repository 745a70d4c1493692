package dev.capstan.engine.storage;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.concurrent.Callable;

/** Carries what the user's code threw past those who handle failing disks: it may be an IOException as well. */
final class ComputationFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exception failure;

    private ComputationFailedException(Exception failure) {
        super(failure);
        this.failure = failure;
    }

    Exception failure() {
        return failure;
    }

    static Iterator<?> begin(Callable<? extends Iterator<?>> compute) {
        try {
            return compute.call();
        } catch (Exception e) {
            throw new ComputationFailedException(e);
        }
    }

    static boolean hasNext(Iterator<?> elements) {
        try {
            return elements.hasNext();
        } catch (Exception e) {
            throw new ComputationFailedException(e);
        }
    }

    static @Nullable Object next(Iterator<?> elements) {
        try {
            return elements.next();
        } catch (Exception e) {
            throw new ComputationFailedException(e);
        }
    }
}

package dev.capstan.engine.function;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/** Three values that belong together; each may be null. */
public record Triple<A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>(
        A first, B second, C third) implements Serializable {
    @Override
    public String toString() {
        return "(" + first + ", " + second + ", " + third + ")";
    }
}

package dev.capstan.engine.function;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/** Four values that belong together; each may be null. */
public record Quadruple<
                A extends @Nullable Object,
                B extends @Nullable Object,
                C extends @Nullable Object,
                D extends @Nullable Object>(
        A first, B second, C third, D fourth) implements Serializable {
    @Override
    public String toString() {
        return "(" + first + ", " + second + ", " + third + ", " + fourth + ")";
    }
}

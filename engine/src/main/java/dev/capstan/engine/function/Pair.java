package dev.capstan.engine.function;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/** Two values that belong together; either may be null. */
public record Pair<K extends @Nullable Object, V extends @Nullable Object>(K key, V value) implements Serializable {
    public static <K extends @Nullable Object, V extends @Nullable Object> Pair<K, V> of(K key, V value) {
        return new Pair<>(key, value);
    }

    @Override
    public String toString() {
        return "(" + key + ", " + value + ")";
    }
}

package dev.capstan.engine.memory;

import java.io.IOException;

/**
 * Something in a task that grows, and can write what it holds to disk. It asks its {@link TaskMemory} before it grows.
 */
public interface Spillable {
    /**
     * Writes to disk what it holds, or a part of it, and {@linkplain TaskMemory#release releases} the memory. Called in
     * the task's own thread, while it or another consumer of the task asks for memory. It may ask for memory itself,
     * for buffers; then it gets what is free at once, and nobody else is asked to spill.
     *
     * @param wanted how much would be enough
     * @return how much it released; 0 if there is nothing it can spill now
     */
    long spill(long wanted) throws IOException;

    /** What it is, for messages: {@code the map output of shuffle 3}. */
    String describe();

    /** A consumer that keeps what it holds until it is done. */
    static Spillable keeping(String description) {
        return new Spillable() {
            @Override
            public long spill(long wanted) {
                return 0;
            }

            @Override
            public String describe() {
                return description;
            }
        };
    }
}

package dev.capstan.bench;

import dev.capstan.bench.side.Figure;

/** One side of a contest, prepared to give figures of one workload. */
interface Contender extends AutoCloseable {
    /** The side. */
    String name();

    /** Runs once. */
    Figure once() throws InterruptedException;

    @Override
    void close();
}

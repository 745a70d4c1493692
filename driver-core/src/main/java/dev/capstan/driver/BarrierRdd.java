package dev.capstan.driver;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;

import java.util.Iterator;

/**
 * A dataset whose next function runs in tasks that are all there at once, and may wait for each other and exchange
 * messages; see {@link Rdd#barrier()}.
 */
public final class BarrierRdd<T> {
    private final Rdd<T> rdd;

    BarrierRdd(Rdd<T> rdd) {
        this.rdd = rdd;
    }

    /**
     * Each partition through the function, which is called once for each, all at the same time: {@code
     * rows.barrier().mapPartitions(Trainer::train)}.
     */
    public <R> Rdd<R> mapPartitions(Fn<Iterator<T>, Iterator<R>> function) {
        return rdd.mapPartitions(function);
    }

    /** The same with the number of the partition, from 0. */
    public <R> Rdd<R> mapPartitionsWithIndex(Fn2<Integer, Iterator<T>, Iterator<R>> function) {
        return rdd.mapPartitionsWithIndex(function);
    }
}

package dev.capstan.driver;

import dev.capstan.driver.job.JobFuture;
import dev.capstan.driver.job.JobProperties;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.task.PartitionFn;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The elements of a dataset in the driver, a job for each partition, so that only one or two are held at a time. */
final class PartitionByPartition<T> implements Iterator<T> {
    private static final String ACTION = "toLocalIterator";

    private final CapstanContext context;
    private final Lineage<T> lineage;
    private final PartitionFn<? super T, List<T>> collect;
    private final boolean ahead;

    /** Of the thread that has asked for the iterator, wherever it is used. */
    private final JobProperties properties;

    private int next;
    private @Nullable JobFuture<List<List<T>>> coming;
    private Iterator<T> current = Collections.emptyIterator();

    /**
     * @param ahead whether the next partition is computed while one is used
     */
    PartitionByPartition(
            CapstanContext context, Lineage<T> lineage, PartitionFn<? super T, List<T>> collect, boolean ahead) {
        this.context = context;
        this.lineage = lineage;
        this.collect = collect;
        this.ahead = ahead;
        this.properties = context.jobs().properties(ACTION);
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            JobFuture<List<List<T>>> job = coming == null ? submit() : coming;
            coming = null;
            if (job == null) {
                return false;
            }
            List<T> elements = Jobs.await(job, ACTION).getFirst();
            coming = ahead ? submit() : null;
            current = elements.iterator();
        }
        return true;
    }

    private @Nullable JobFuture<List<List<T>>> submit() {
        return next < lineage.partitionCount()
                ? context.jobs().submit(properties, lineage, new int[] {next++}, collect)
                : null;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }
}

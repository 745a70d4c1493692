package dev.capstan.ha;

import java.io.IOException;
import java.util.List;

/**
 * The time in which one owner may write a store. For one thread. After a write that failed it is over: whether the
 * records, or the first of them, are there is not known then, and the next term will tell.
 */
public interface Term {
    /** Higher than that of every term of this store before. */
    long epoch();

    /** What was there when the term began, in the order in which it was written. */
    List<byte[]> records();

    /**
     * Writes records behind those that are there; when this returns they are durable.
     *
     * @throws StaleEpochException when somebody has taken over
     * @throws IllegalArgumentException when a record is larger than {@link EpochStore#MOST_RECORD_BYTES}
     */
    void append(List<byte[]> records) throws IOException;

    /** Writes these records in the place of all that are there: all at once, or not at all. */
    void replace(List<byte[]> records) throws IOException;
}

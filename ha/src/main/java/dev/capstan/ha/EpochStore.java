package dev.capstan.ha;

import java.io.IOException;

/**
 * Records that outlive their owner, and that one owner at a time may write.
 *
 * <p>An owner begins a {@link Term}, which ends when the next one begins, wherever that is. It need not notice: one
 * that was paused, or cut off, is refused when it writes, because each write is checked against the epoch of the term.
 */
public interface EpochStore extends AutoCloseable {
    /** The largest record. Every form takes it; what is larger belongs into files. */
    int MOST_RECORD_BYTES = 256 << 10;

    /**
     * Begins a term. When this returns nobody who took the store before can write any more.
     *
     * @throws StaleEpochException when it was over before all records were read
     */
    Term take() throws IOException;

    /** Ends connections and closes files; the term cannot write any more, and what it wrote stays. */
    @Override
    void close();
}

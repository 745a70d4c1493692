package dev.capstan.mesos.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The records of a stream, one after the other. It reads only when it is asked, so that who sends is slowed by who
 * takes.
 *
 * <p>One thread reads; any may close.
 */
public final class RecordStream implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream from;
    private final RecordReader reader;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Deque<byte[]> complete = new ArrayDeque<>();

    /**
     * @param mostBytes that one record may have
     */
    public RecordStream(InputStream from, int mostBytes) {
        this.from = from;
        this.reader = new RecordReader(mostBytes);
    }

    /**
     * Waits for the next record.
     *
     * @return empty when the stream has ended, between two records
     * @throws IOException when it breaks, or is not made of records
     */
    public Optional<byte[]> next() throws IOException {
        while (complete.isEmpty()) {
            int length = from.read(buffer);
            if (length < 0) {
                if (!reader.isBetweenRecords()) {
                    throw new MalformedRecordException("it has ended in the middle of an event");
                }
                return Optional.empty();
            }
            complete.addAll(reader.read(ByteBuffer.wrap(buffer, 0, length)));
        }
        return Optional.of(complete.remove());
    }

    /** Ends the stream, also for who waits for its next record. */
    @Override
    public void close() throws IOException {
        from.close();
    }
}

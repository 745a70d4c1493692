package dev.capstan.mesos.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a RecordIO stream apart: a decimal length, a line feed, so many bytes, and again. Where the pieces that arrive
 * begin and end means nothing. Memory is asked for once the length is known to be allowed.
 *
 * <p>For one thread.
 */
public final class RecordReader {
    /** Twenty digits hold any 64-bit number; whoever sends more of them is not a peer. */
    private static final int MOST_DIGITS = 20;

    private static final byte[] NO_RECORD = new byte[0];

    private final int mostBytes;
    private int digits;
    private long length;
    private boolean lengthIsKnown;
    private byte[] record = NO_RECORD;
    private int filled;

    /**
     * @param mostBytes that one record may have
     */
    public RecordReader(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Takes all bytes of the piece.
     *
     * @return the records that it completes, in order
     * @throws MalformedRecordException when this is not RecordIO, or a record too large; nothing can be read any more
     */
    public List<byte[]> read(ByteBuffer piece) throws MalformedRecordException {
        List<byte[]> complete = new ArrayList<>();
        while (piece.hasRemaining()) {
            if (!lengthIsKnown) {
                readLength(piece);
            }
            if (lengthIsKnown) {
                readBody(piece, complete);
            }
        }
        return complete;
    }

    /** Whether the stream may end here: not within a record. */
    public boolean isBetweenRecords() {
        return digits == 0 && !lengthIsKnown;
    }

    private void readLength(ByteBuffer piece) throws MalformedRecordException {
        while (piece.hasRemaining()) {
            byte next = piece.get();
            if (next == '\n' && digits > 0) {
                lengthIsKnown = true;
                record = length == 0 ? NO_RECORD : new byte[Math.toIntExact(length)];
                return;
            }
            if (next < '0' || next > '9' || ++digits > MOST_DIGITS) {
                throw new MalformedRecordException(
                        "a record must begin with its length, but there is a byte " + (next & 0xFF));
            }
            length = length * 10 + (next - '0');
            if (length > mostBytes) {
                throw new MalformedRecordException("a record is longer than the " + mostBytes + " bytes allowed");
            }
        }
    }

    private void readBody(ByteBuffer piece, List<byte[]> complete) {
        int now = Math.min(piece.remaining(), record.length - filled);
        piece.get(record, filled, now);
        filled += now;
        if (filled == record.length) {
            complete.add(record);
            record = NO_RECORD;
            filled = 0;
            digits = 0;
            length = 0;
            lengthIsKnown = false;
        }
    }
}

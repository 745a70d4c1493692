package dev.capstan.engine.files;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Reads the lines of one split, ended by LF, CR or CRLF. A split that does not begin at 0 leaves the line that it
 * begins in to the split before, and each split reads the line that begins at its end: so every line is read once,
 * whatever the cuts.
 *
 * <p>Line ends are sought eight bytes at a time, and a line is made straight from the buffer that was read into. Bytes
 * that are no UTF-8 become U+FFFD, as everywhere in the JDK.
 */
final class LineReader implements Iterator<String>, AutoCloseable {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = '\n' * ONES;
    private static final long CARRIAGE_RETURNS = '\r' * ONES;

    private static final int BUFFER = 128 << 10;

    /** The largest array that every JVM can make. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private final FileSplit split;
    private final InputStream in;
    private final boolean compressed;

    /** A line that begins behind it is not of this split. */
    private final long lastStart;

    private byte[] buffer = new byte[BUFFER];
    private int next;
    private int limit;

    /** Whether all of the buffer is; then nothing has to be decoded. */
    private boolean ascii = true;

    /** Position, in the file or in what it decompresses to, of the byte behind those in the buffer. */
    private long ahead;

    private int lineStart;
    private int lineEnd;
    private boolean found;
    private boolean ended;

    private LineReader(FileSplit split, InputStream in) {
        this.split = split;
        this.in = in;
        this.compressed = Compression.of(split.path()) != Compression.NONE;
        this.lastStart = compressed ? Long.MAX_VALUE : split.end();
        this.ahead = split.start();
    }

    static LineReader open(FileSplit split) {
        LineReader reader = new LineReader(split, InputFile.openDecompressed(split));
        try {
            if (split.start() > 0) {
                reader.find();
            } else {
                reader.skipByteOrderMark();
            }
            return reader;
        } catch (IOException e) {
            reader.close();
            throw InputFile.unreadable(split, reader.ahead, e);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** Goes to the next line, which {@link #line} then returns; false behind the last one. */
    boolean advance() {
        if (ended) {
            return false;
        }
        try {
            if (ahead - (limit - next) <= lastStart && find()) {
                return true;
            }
        } catch (IOException e) {
            throw InputFile.unreadable(split, ahead, e);
        }
        ended = true;
        close();
        return false;
    }

    /** The line without its end. */
    String line() {
        Charset letters = ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        return new String(buffer, lineStart, lineEnd - lineStart, letters);
    }

    @Override
    public boolean hasNext() {
        found = found || advance();
        return found;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        found = false;
        return line();
    }

    private boolean find() throws IOException {
        int length = 0; // of the line, as far as it was looked at
        while (true) {
            int stop = indexOfEnd(buffer, next + length, limit);
            length = stop - next;
            if (stop < limit) {
                endLine(length);
                return true;
            }
            if (!more()) {
                lineStart = next;
                lineEnd = limit;
                next = limit;
                return length > 0;
            }
        }
    }

    private void endLine(int length) throws IOException {
        int behind = length + 1;
        if (buffer[next + length] == '\r' && (next + behind < limit || more()) && buffer[next + behind] == '\n') {
            behind++;
        }
        lineStart = next;
        lineEnd = next + length;
        next += behind;
    }

    /** Where the first LF or CR is; the limit if there is none. */
    private static int indexOfEnd(byte[] bytes, int from, int limit) {
        int at = from;
        for (; at <= limit - Long.BYTES; at += Long.BYTES) {
            long word = (long) WORDS.get(bytes, at);
            long feeds = word ^ LINE_FEEDS;
            long returns = word ^ CARRIAGE_RETURNS;
            // the lowest high bit that is set belongs to the first byte that became 0
            long ends = ((feeds - ONES) & ~feeds | (returns - ONES) & ~returns) & HIGH_BITS;
            if (ends != 0) {
                return at + (Long.numberOfTrailingZeros(ends) >>> 3);
            }
        }
        while (at < limit && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    /** Reads on behind what is left in the buffer, which moves to its front; false at the end of the file. */
    private boolean more() throws IOException {
        System.arraycopy(buffer, next, buffer, 0, limit - next);
        limit -= next;
        next = 0;
        if (limit == buffer.length) {
            grow();
        }
        int count = in.read(buffer, limit, Math.min(BUFFER, buffer.length - limit));
        if (count < 0) {
            if (!compressed && ahead < split.end()) {
                throw FileErrors.shrunk(split, ahead);
            }
            return false;
        }
        ascii = (limit == 0 || ascii) && isAscii(buffer, limit, limit + count);
        limit += count;
        ahead += count;
        return count > 0 || more();
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        long all = 0;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            all |= (long) WORDS.get(bytes, at);
        }
        for (; at < to; at++) {
            all |= bytes[at];
        }
        return (all & HIGH_BITS) == 0;
    }

    private void grow() throws IOException {
        if (buffer.length == MOST_BYTES) {
            throw new IOException(
                    "the line that begins at byte "
                            + (ahead - limit)
                            + " is longer than "
                            + MOST_BYTES
                            + " bytes; is it text at all?");
        }
        buffer = Arrays.copyOf(buffer, (int) Math.min(MOST_BYTES, 2L * buffer.length));
    }

    private void skipByteOrderMark() throws IOException {
        while (limit < 3) {
            if (!more()) {
                return;
            }
        }
        if (buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            next = 3;
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw InputFile.unreadable(split, ahead, e);
        }
    }
}

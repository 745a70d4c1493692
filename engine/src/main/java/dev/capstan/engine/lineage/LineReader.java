package dev.capstan.engine.lineage;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;

/**
 * Reads the lines of one split, ended by LF, CR or CRLF. A split that does not begin at 0 leaves the line that it
 * begins in to the split before, and each split reads the line that begins at its end: so every line is read once,
 * whatever the cuts.
 */
final class LineReader implements Iterator<String> {
    private static final int BUFFER = 64 << 10;

    private final InputStream in;
    private final String path;
    private final long end;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int limit;

    /** Position in the file of the byte that is read next. */
    private long position;

    private byte[] line = new byte[256];
    private int length;
    private @Nullable String ready;
    private boolean done;

    private LineReader(InputStream in, TextSplit split) {
        this.in = in;
        this.path = split.path();
        this.end = split.end();
        this.position = split.start();
    }

    static LineReader open(TextSplit split) {
        try {
            FileChannel file = FileChannel.open(Path.of(split.path()), StandardOpenOption.READ);
            InputStream in = Channels.newInputStream(file.position(split.start()));
            LineReader reader = new LineReader(split.compressed() ? new GZIPInputStream(in, BUFFER) : in, split);
            if (split.start() > 0) {
                reader.readLine();
            } else {
                reader.skipByteOrderMark();
            }
            return reader;
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException(
                    "the file "
                            + split.path()
                            + " is not there; files must be reachable under the same path on every"
                            + " executor",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + split.path() + ": " + e, e);
        }
    }

    @Override
    public boolean hasNext() {
        if (ready == null && !done) {
            try {
                if (position <= end && readLine()) {
                    ready = new String(line, 0, length, StandardCharsets.UTF_8);
                } else {
                    done = true;
                    close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + path + ": " + e, e);
            }
        }
        return ready != null;
    }

    @Override
    public String next() {
        if (!hasNext() || ready == null) {
            throw new NoSuchElementException();
        }
        String text = ready;
        ready = null;
        return text;
    }

    /** Reads one line without its end; false at the end of the file. */
    private boolean readLine() throws IOException {
        length = 0;
        if (next == limit && !fill()) {
            return false;
        }
        while (true) {
            int stop = next;
            while (stop < limit && buffer[stop] != '\n' && buffer[stop] != '\r') {
                stop++;
            }
            keep(stop - next);
            if (stop < limit) {
                endLine();
                return true;
            }
            if (!fill()) {
                return true;
            }
        }
    }

    private void endLine() throws IOException {
        byte mark = buffer[next];
        next++;
        position++;
        if (mark == '\r' && (next < limit || fill()) && buffer[next] == '\n') {
            next++;
            position++;
        }
    }

    private void keep(int count) {
        if (line.length - length < count) {
            line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
        }
        System.arraycopy(buffer, next, line, length, count);
        length += count;
        next += count;
        position += count;
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        next = 0;
        limit = Math.max(0, count);
        return count > 0;
    }

    private void skipByteOrderMark() throws IOException {
        if (fill() && limit >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            next = 3;
            position += 3;
        }
    }

    void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + path + ": " + e, e);
        }
    }
}

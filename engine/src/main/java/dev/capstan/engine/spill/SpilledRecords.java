package dev.capstan.engine.spill;

import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.Segment;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Records in a file, in segments that are read one by one. */
public final class SpilledRecords implements AutoCloseable {
    private final Segment whole;
    private final List<Long> ends;
    private final Serializer serializer;
    private final ClassLoader loader;
    private final List<Records> reading = new ArrayList<>();

    SpilledRecords(Segment whole, List<Long> ends, Serializer serializer, ClassLoader loader) {
        this.whole = whole;
        this.ends = List.copyOf(ends);
        this.serializer = serializer;
        this.loader = loader;
    }

    /** The records of a segment, in the order in which they were written; a frame of them is in memory at a time. */
    public Iterator<@Nullable Object> read(int segment) throws IOException {
        long start = segment == 0 ? whole.start() : ends.get(segment - 1);
        var records = new Records(new Segment(whole.file(), start, ends.get(segment), whole.content()).open());
        reading.add(records);
        return records;
    }

    /** How many bytes lie on the disk. */
    public long bytes() {
        return whole.length();
    }

    /** Ends all reading and deletes the file. Idempotent. */
    @Override
    public void close() {
        List.copyOf(reading).forEach(Records::end);
        try {
            Files.deleteIfExists(whole.file());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + whole.file(), e);
        }
    }

    private final class Records implements Iterator<@Nullable Object> {
        private final Frames frames;
        private Iterator<@Nullable Object> ofFrame = Collections.emptyIterator();
        private boolean ended;

        Records(Frames frames) {
            this.frames = frames;
        }

        @Override
        public boolean hasNext() {
            while (!ofFrame.hasNext() && !ended) {
                try {
                    if (frames.next()) {
                        ofFrame =
                                serializer.reader(
                                        new ByteInput(frames.bytes(), frames.offset(), frames.length()), loader);
                    } else {
                        end();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
                }
            }
            return ofFrame.hasNext();
        }

        private void end() {
            ended = true;
            ofFrame = Collections.emptyIterator();
            frames.close();
            reading.remove(this);
        }

        @Override
        public @Nullable Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ofFrame.next();
        }
    }
}

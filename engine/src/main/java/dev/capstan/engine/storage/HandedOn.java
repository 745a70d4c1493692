package dev.capstan.engine.storage;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.Segment;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.memory.Evictable;
import dev.capstan.engine.memory.StorageGrant;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;

/**
 * What was taken of a partition that then did not fit into memory, on its way to the task that computes it. It is
 * counted until it was handed out. Whoever needs the memory more sends the rest of it to a file, and it goes on from
 * there: nobody waits for it.
 *
 * <p>The task's thread takes elements while any other may send them to the file; the lock of this object decides who is
 * first. No element is read or computed while it is held.
 */
final class HandedOn implements Evictable {
    private final BlockId block;
    private final StoredBlock.Surroundings surroundings;
    private final StorageGrant grant;
    private @Nullable Rest inMemory;
    private @Nullable Segment inFile;
    private @Nullable Frames reading;
    private boolean closed;

    /** What has not been handed out yet. */
    interface Rest {
        /** Hands out some more elements, and does not count them any more; null if there are none. */
        @Nullable Iterator<?> take();

        /** What it takes now. */
        long bytes();

        /** Writes all that it has, and keeps it. */
        void writeTo(FrameOutput out) throws IOException;
    }

    /**
     * @param grant of the memory that it takes, which is given back with it
     */
    HandedOn(BlockId block, StoredBlock.Surroundings surroundings, StorageGrant grant, Rest rest) {
        this.block = block;
        this.surroundings = surroundings;
        this.grant = grant;
        this.inMemory = rest;
    }

    /** From now on it may be evicted. */
    void pass() {
        grant.pass(this);
    }

    /** Its elements, then those that were not computed yet. */
    @SuppressWarnings("unchecked")
    <T> Iterator<T> and(Iterator<T> computed) {
        return new Iterator<>() {
            private Iterator<T> taken = Collections.emptyIterator();
            private boolean drained;

            @Override
            public boolean hasNext() {
                while (!taken.hasNext() && !drained) {
                    Iterator<?> more = take();
                    drained = more == null;
                    taken = more == null ? computed : (Iterator<T>) more;
                }
                return taken.hasNext();
            }

            @Override
            public T next() {
                return hasNext() ? taken.next() : computed.next();
            }
        };
    }

    private synchronized @Nullable Iterator<?> take() {
        if (closed) {
            throw new IllegalStateException("the task that computed " + block + " has ended");
        }
        if (inMemory != null) {
            Iterator<?> some = inMemory.take();
            if (some != null) {
                grant.shrinkTo(inMemory.bytes());
                return some;
            }
        }
        if (inFile != null && reading == null) {
            return read(inFile);
        }
        close();
        return null;
    }

    private Iterator<?> read(Segment segment) {
        try {
            Frames frames = segment.open();
            reading = frames;
            return ElementFrames.read(frames, surroundings.serializer(), surroundings.loader(), this::lost);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private UncheckedIOException lost(IOException e) {
        return new UncheckedIOException(
                "the part of " + block + " that did not stay in memory cannot be read: " + e.getMessage(), e);
    }

    @Override
    public synchronized void evict() throws IOException {
        Rest rest = inMemory;
        if (rest != null) {
            inFile =
                    surroundings
                            .directories()
                            .writeWhole(block.toString(), rest.bytes(), surroundings.codec(), rest::writeTo);
            inMemory = null;
        }
    }

    /** All was handed out, or nobody wants more. Idempotent. */
    synchronized void close() {
        closed = true;
        inMemory = null;
        grant.close();
        if (reading != null) {
            reading.close();
        }
        if (inFile != null) {
            surroundings.directories().delete(inFile.file());
            inFile = null;
        }
    }
}

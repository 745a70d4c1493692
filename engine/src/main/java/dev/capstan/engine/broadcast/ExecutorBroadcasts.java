package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The broadcast values of an executor. Each is read once, by the first task that asks; others that ask meanwhile wait
 * for it. Its pieces stay in the block store, and the value is made of them again if memory was so short that the
 * garbage collector took it.
 */
public final class ExecutorBroadcasts {
    private static final ScopedValue<ExecutorBroadcasts> CURRENT = ScopedValue.newInstance();

    private final BlockStore blocks;
    private final Serializer serializer;
    private final ClassLoader loader;
    private final SharedValues shared;
    private final PieceSource source;
    private final Map<BroadcastId, Entry> entries = new ConcurrentHashMap<>();

    /** The lock is held while the value is read, which is what others wait for. */
    private static final class Entry {
        final ReentrantLock reading = new ReentrantLock();
        volatile @Nullable SoftReference<Object> value;

        /** Beyond the number of the last piece that was put into the block store; grows under the entry's monitor. */
        volatile int pieces;

        /** Set once: whoever reads at that moment drops what it has put there. */
        volatile boolean forgotten;

        /** Tasks that read it or wait for that; only changed where the map is asked for the entry. */
        int readers;

        /** Whether pieces are on their way; guarded by the entry, which is notified of each that came. */
        boolean arriving;

        synchronized void piecesUntil(int end) {
            pieces = Math.max(pieces, end);
        }

        synchronized void arriving(boolean now) {
            arriving = now;
            notifyAll();
        }

        synchronized void arrived() {
            notifyAll();
        }
    }

    /**
     * @param shared asked first
     * @param source asked for pieces that the block store does not hold
     */
    public ExecutorBroadcasts(
            BlockStore blocks, Serializer serializer, ClassLoader loader, SharedValues shared, PieceSource source) {
        this.blocks = Objects.requireNonNull(blocks, "blocks");
        this.serializer = Objects.requireNonNull(serializer, "serializer");
        this.loader = Objects.requireNonNull(loader, "loader");
        this.shared = Objects.requireNonNull(shared, "shared");
        this.source = Objects.requireNonNull(source, "source");
    }

    /** Runs the body of a task, whose broadcasts are read here. */
    public ScopedValue.Carrier bind(ScopedValue.Carrier task) {
        return task.where(CURRENT, this);
    }

    static ExecutorBroadcasts current(BroadcastId id) {
        if (!CURRENT.isBound()) {
            throw new IllegalStateException(
                    id
                            + " was asked for its value on a thread that runs no task; take the value in the task's"
                            + " thread before other threads use it");
        }
        return CURRENT.get();
    }

    Object value(BroadcastId id) {
        Object here = shared.find(id);
        if (here != null) {
            return here;
        }
        Entry present = entries.get(id);
        Object known = present == null ? null : valueOf(present);
        if (known != null) {
            return known;
        }
        Entry entry = entries.compute(id, (_, held) -> entered(held == null ? new Entry() : held));
        try {
            return read(id, entry);
        } finally {
            leave(id, entry);
        }
    }

    private static Entry entered(Entry entry) {
        entry.readers++;
        return entry;
    }

    /**
     * When the last reader leaves without a value, the entry goes with what was put for it: the driver may have let go
     * of the value before, and would not say so again.
     */
    private void leave(BroadcastId id, Entry entry) {
        entries.computeIfPresent(
                id,
                (_, held) -> {
                    if (held != entry || --entry.readers > 0 || entry.value != null) {
                        return held;
                    }
                    drop(id, entry);
                    return null;
                });
    }

    private static @Nullable Object valueOf(Entry entry) {
        SoftReference<Object> value = entry.value;
        return value == null ? null : value.get();
    }

    private Object read(BroadcastId id, Entry entry) {
        try {
            entry.reading.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while another task reads " + id, e);
        }
        try {
            Object known = valueOf(entry);
            if (known != null) {
                return known;
            }
            Object value = serializer.deserialize(gather(id, entry), loader);
            entry.value = new SoftReference<>(value);
            return value;
        } catch (IOException e) {
            throw new IllegalStateException(id + " cannot be read: " + e.getMessage(), e);
        } finally {
            entry.reading.unlock();
            if (entry.forgotten) {
                drop(id, entry);
            }
        }
    }

    private byte[] gather(BroadcastId id, Entry entry) throws IOException {
        entry.arriving(true);
        try {
            var gathering = new PieceGathering(id, kept(id), source, (block, piece) -> keep(block, piece, entry));
            return joined(id, gathering.all());
        } finally {
            entry.arriving(false);
        }
    }

    /** The pieces that are here, in their places; none if not even the first one is, which tells how many there are. */
    private byte[][] kept(BroadcastId id) {
        byte[][] pieces = {};
        for (int number = 0; number == 0 || number < pieces.length; number++) {
            byte[] piece = blocks.getBytes(new BlockId.BroadcastPiece(id, number)).orElse(null);
            if (number == 0) {
                if (piece == null) {
                    return pieces;
                }
                pieces = new byte[BroadcastPieces.count(piece)][];
            }
            pieces[number] = piece;
        }
        return pieces;
    }

    private void keep(BlockId.BroadcastPiece block, byte[] piece, Entry entry) {
        entry.piecesUntil(block.piece() + 1);
        blocks.putBytes(block, piece);
        entry.arrived();
    }

    private static byte[] joined(BroadcastId id, byte[][] pieces) throws IOException {
        long length = 0;
        for (byte[] piece : pieces) {
            length += BroadcastPieces.rawLength(piece);
        }
        byte[] bytes = new byte[Math.toIntExact(length)];
        int at = 0;
        for (int number = 0; number < pieces.length; number++) {
            at += BroadcastPieces.unpack(pieces[number], "piece " + number + " of " + id, bytes, at);
        }
        return bytes;
    }

    /**
     * A piece for another executor. One that is on its way to here is waited for.
     *
     * @throws IOException when it is not here, and does not come in time
     */
    public byte[] piece(BlockId.BroadcastPiece block, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<byte[]> found = blocks.getBytes(block);
        Entry entry = entries.get(block.broadcast());
        while (found.isEmpty() && entry != null && !entry.forgotten) {
            if (!awaitArrival(block, entry, deadline)) {
                break;
            }
            found = blocks.getBytes(block);
        }
        return found.orElseThrow(() -> new IOException("no " + block + " here"));
    }

    /** False if there is nothing to wait for. */
    private boolean awaitArrival(BlockId.BroadcastPiece block, Entry entry, long deadline) throws IOException {
        synchronized (entry) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (blocks.getBytes(block).isPresent()) {
                return true; // it came before there was a wait
            }
            if (!entry.arriving || left <= 0) {
                return false;
            }
            try {
                entry.wait(left);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted: " + block).initCause(e);
            }
        }
    }

    /** The driver has let go of it. Never waits for a task that is reading it. */
    public void forget(BroadcastId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            entry.forgotten = true;
            drop(id, entry);
        }
    }

    private void drop(BroadcastId id, Entry entry) {
        for (int number = 0; number < entry.pieces; number++) {
            blocks.drop(new BlockId.BroadcastPiece(id, number));
        }
    }

    /** How many values it has, or reads. */
    public int count() {
        return entries.size();
    }
}

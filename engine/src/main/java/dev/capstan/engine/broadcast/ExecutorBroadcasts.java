package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

    /** Where pieces come from that are not here. */
    @FunctionalInterface
    public interface PieceSource {
        /** For executors whose values are all shared. */
        PieceSource NONE =
                piece -> {
                    throw new IOException("there is no way to the driver to ask for " + piece);
                };

        byte[] fetch(BlockId.BroadcastPiece piece) throws IOException;
    }

    /** The lock is held while the value is read, which is what others wait for. */
    private static final class Entry {
        final ReentrantLock reading = new ReentrantLock();
        volatile @Nullable SoftReference<Object> value;
        volatile int pieces;
        volatile boolean forgotten;
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
        Entry entry = entries.computeIfAbsent(id, _ -> new Entry());
        Object known = valueOf(entry);
        return known != null ? known : read(id, entry);
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
        ByteOutput bytes = new ByteOutput(1024);
        int count = 1;
        for (int number = 0; number < count; number++) {
            var block = new BlockId.BroadcastPiece(id, number);
            Optional<byte[]> kept = blocks.getBytes(block);
            byte[] piece = kept.isPresent() ? kept.get() : source.fetch(block);
            BroadcastPieces.append(piece, "piece " + number + " of " + id, bytes);
            count = BroadcastPieces.count(piece);
            if (kept.isEmpty()) {
                entry.pieces = Math.max(entry.pieces, number + 1);
                blocks.putBytes(block, piece);
            }
        }
        return bytes.toByteArray();
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

package dev.capstan.engine.storage;

import dev.capstan.engine.disk.FrameStream;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.collection.Newest;
import dev.capstan.kernel.serialization.Serializer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads cached partitions of other executors, with the memory of a frame and of what waits in a stream.
 *
 * <p>A holder that fails before its first frame has come is passed over for the next one. One that fails later has
 * given elements to the task already, and another copy may have been computed separately: to go on with that might
 * double some and lose others where a function is not deterministic. So the task fails, and its next attempt here asks
 * that holder last.
 */
final class RemoteBlocks {
    private static final System.Logger LOG = System.getLogger(RemoteBlocks.class.getName());
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MOST_REMEMBERED = 1_000;

    private final Elsewhere elsewhere;
    private final Serializer serializer;
    private final ClassLoader loader;

    /** Which holder broke off last, of each partition; guarded by itself. */
    private final Map<BlockId, ExecutorId> brokeOff = new Newest<>(MOST_REMEMBERED);

    RemoteBlocks(Elsewhere elsewhere, Serializer serializer, ClassLoader loader) {
        this.elsewhere = elsewhere;
        this.serializer = serializer;
        this.loader = loader;
    }

    /**
     * The elements, if some other executor has them.
     *
     * @throws InterruptedIOException when the task is to end
     */
    <T> Optional<Iterator<T>> read(BlockId.CachedPartition block, Consumer<Runnable> atEnd)
            throws InterruptedIOException {
        return Holders.first(holders(block), block, holder -> begin(block, holder, atEnd), _ -> {});
    }

    private List<ExecutorId> holders(BlockId.CachedPartition block) throws InterruptedIOException {
        List<ExecutorId> holders;
        try {
            holders = elsewhere.holders(block);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) { // it can be computed all the same
            LOG.log(System.Logger.Level.INFO, "nobody tells who holds {0}: {1}", block, String.valueOf(e.getMessage()));
            return List.of();
        }
        ExecutorId last;
        synchronized (brokeOff) {
            last = brokeOff.remove(block);
        }
        if (last == null) {
            return holders;
        }
        return holders.stream().sorted((a, b) -> Boolean.compare(a.equals(last), b.equals(last))).toList();
    }

    /** From this holder; what it has begun with is there when this returns. */
    <T> Iterator<T> begin(BlockId.CachedPartition block, ExecutorId holder, Consumer<Runnable> atEnd)
            throws IOException {
        String where = block + " from " + holder;
        Frames frames = FrameStream.read(new BufferedInputStream(elsewhere.open(holder, block), BUFFER_BYTES), where);
        try {
            var begun = new Begun(frames, frames.next());
            atEnd.accept(frames::close);
            return ElementFrames.read(begun, serializer, loader, e -> broken(block, holder, where, e));
        } catch (IOException | RuntimeException e) {
            frames.close();
            throw e;
        }
    }

    private UncheckedIOException broken(BlockId block, ExecutorId holder, String where, IOException e) {
        synchronized (brokeOff) {
            brokeOff.put(block, holder);
        }
        return new UncheckedIOException(where + " broke off: " + e.getMessage(), e);
    }

    /** Frames of which the first has been fetched already. */
    private static final class Begun implements Frames {
        private final Frames frames;
        private boolean ahead;

        Begun(Frames frames, boolean any) {
            this.frames = frames;
            this.ahead = any;
        }

        @Override
        public boolean next() throws IOException {
            if (ahead) {
                ahead = false;
                return true;
            }
            return frames.next();
        }

        @Override
        public byte[] bytes() {
            return frames.bytes();
        }

        @Override
        public int offset() {
            return frames.offset();
        }

        @Override
        public int length() {
            return frames.length();
        }

        @Override
        public void close() {
            frames.close();
        }
    }
}

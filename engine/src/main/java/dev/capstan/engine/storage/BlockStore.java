package dev.capstan.engine.storage;

import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Keeps blocks of one executor: cached partitions and results that wait to be fetched. Used by all its tasks at once.
 *
 * <p>A block is there as a whole or not at all: a computation that fails leaves nothing. A block that is evicted from
 * memory to disk is still there; a reader keeps what it has opened.
 */
public interface BlockStore {
    /** Told of blocks that came, moved to disk or went, by the thread that changed them; must be quick. */
    interface Listener {
        Listener SILENT =
                new Listener() {
                    @Override
                    public void kept(KeptBlock block) {}

                    @Override
                    public void removed(BlockId block) {}
                };

        /** It came, or it takes something else now. */
        void kept(KeptBlock block);

        void removed(BlockId block);
    }

    /**
     * The elements of the block; reads them from another executor if it is not here, and if it is nowhere, computes
     * them and keeps them as the level says if there is room. If there is none, elements that nobody keeps are computed
     * while they are taken, and those for which there was room wait in memory, or in a file once somebody needs that
     * memory more. A second task that asks meanwhile waits for the first, and computes them itself if the first fails
     * or was killed and does not end. What is computed while its dataset is {@linkplain #dropDataset dropped} is not
     * kept.
     *
     * @param checkKilled called now and then by a task that waits; throws when the task is to end
     * @param atEnd takes what is to be run when the task ends: it may leave elements that it did not need
     */
    <T> Iterator<T> getOrCompute(
            BlockId block,
            StorageLevel level,
            Runnable checkKilled,
            Consumer<Runnable> atEnd,
            Callable<Iterator<T>> compute)
            throws Exception;

    /**
     * The elements of the block if it is there.
     *
     * @param atEnd as above
     */
    <T> Optional<Iterator<T>> get(BlockId block, Consumer<Runnable> atEnd);

    /**
     * The frames of the block if it is here, ready to be sent: what is opened can be read to its end whatever happens
     * to the block.
     */
    Optional<StoredFrames> openStored(BlockId block);

    /**
     * Is to take a copy from another executor. If the dataset is dropped from now on, even before the copy is begun, it
     * will not be kept.
     */
    Copying copying(BlockId.CachedPartition block, StorageLevel level, ExecutorId from);

    /** A copy that is to be taken, once. */
    @FunctionalInterface
    interface Copying {
        /**
         * Takes it, and returns when it is here.
         *
         * @return false if there was no room, or it was dropped meanwhile
         */
        boolean run() throws Exception;
    }

    /**
     * Keeps bytes as they are, in place of what the block was before: in memory, or on disk if there is no room.
     *
     * @throws java.io.UncheckedIOException if there is no room on disk either
     */
    void putBytes(BlockId block, byte[] bytes);

    /** The bytes that were put. */
    Optional<byte[]> getBytes(BlockId block);

    void drop(BlockId block);

    /** Drops all cached partitions of the dataset. */
    void dropDataset(DatasetId dataset);

    /** What is here, ordered by kind, dataset and partition. */
    List<BlockId> list();
}

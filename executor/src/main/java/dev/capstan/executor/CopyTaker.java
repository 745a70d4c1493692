package dev.capstan.executor;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.executor.logic.ExecutorSignal;
import dev.capstan.kernel.actor.Message;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Takes copies of cached partitions from other executors, a few at a time beside the tasks. */
final class CopyTaker implements AutoCloseable {
    /** Two keep the network busy; more would take memory and time from tasks. */
    private static final int AT_ONCE = 2;

    private final ExecutorService threads;

    CopyTaker(String executor) {
        threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name(executor + "-copy-", 0).factory());
    }

    /**
     * @param failed told if the copy is not here in the end; one that is here is told of by the store
     */
    void take(BlockId.CachedPartition block, BlockStore.Copying copying, Consumer<Message> failed) {
        threads.execute(() -> {
            try {
                if (!copying.run()) {
                    failed.accept(new ExecutorSignal.CopyFailed(block, "there was no room for it, or it was dropped"));
                }
            } catch (Throwable e) { // the driver waits for an answer, and may choose somebody else
                failed.accept(new ExecutorSignal.CopyFailed(block, String.valueOf(e.getMessage())));
            }
        });
    }

    /** What runs is interrupted. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

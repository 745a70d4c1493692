package dev.capstan.driver.runtime;

import dev.capstan.driver.dag.DagMessage;
import dev.capstan.driver.dag.HoldersFound;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.actor.Address;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Where executors wait that ask who holds a cached partition, until the DAG scheduler has told. */
final class HoldersDoor {
    /** Whoever asks computes the partition if this is over. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Address address;
    private final Consumer<DagMessage.FindHolders> scheduler;
    private final Map<Long, CompletableFuture<List<ExecutorId>>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong nextTicket = new AtomicLong();

    /**
     * @param address of this door, where the scheduler sends its answers
     * @param scheduler told what is asked
     */
    HoldersDoor(Address address, Consumer<DagMessage.FindHolders> scheduler) {
        this.address = address;
        this.scheduler = scheduler;
    }

    /** Waits on the thread of the request. */
    List<ExecutorId> ask(BlockId.CachedPartition block) throws IOException {
        long ticket = nextTicket.getAndIncrement();
        var answer = new CompletableFuture<List<ExecutorId>>();
        waiting.put(ticket, answer);
        try {
            scheduler.accept(new DagMessage.FindHolders(ticket, address, block));
            return answer.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the driver does not find out who holds " + block, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted: who holds " + block).initCause(e);
        } finally {
            waiting.remove(ticket);
        }
    }

    void answer(HoldersFound found) {
        CompletableFuture<List<ExecutorId>> asked = waiting.get(found.ticket());
        if (asked != null) {
            asked.complete(found.holders());
        }
    }
}

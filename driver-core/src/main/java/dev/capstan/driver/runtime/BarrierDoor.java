package dev.capstan.driver.runtime;

import dev.capstan.driver.scheduling.BarrierMessage;
import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.kernel.actor.Address;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Where the requests of tasks that came to a barrier wait until the task scheduler has an answer for them. */
final class BarrierDoor {
    /** The scheduler ends the wait itself; this is for the case that it cannot. */
    private static final Duration SLACK = Duration.ofSeconds(15);

    private final Address address;
    private final Consumer<BarrierMessage.Arrived> scheduler;
    private final Map<Long, CompletableFuture<BarrierAnswer>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong nextTicket = new AtomicLong();
    private volatile String closed = "";

    /**
     * @param address of this door, where the scheduler sends its answers
     * @param scheduler told who has come
     */
    BarrierDoor(Address address, Consumer<BarrierMessage.Arrived> scheduler) {
        this.address = address;
        this.scheduler = scheduler;
    }

    /**
     * Waits on the thread of the request.
     *
     * @return a {@link BarrierAnswer}
     */
    byte[] serve(BarrierRequest request) throws IOException {
        long ticket = nextTicket.getAndIncrement();
        var answer = new CompletableFuture<BarrierAnswer>();
        waiting.put(ticket, answer);
        try {
            if (!closed.isEmpty()) { // asked after it was put there, or close() might miss it
                return new BarrierAnswer.Refused(closed).toBytes();
            }
            scheduler.accept(new BarrierMessage.Arrived(ticket, address, request));
            return answer.get(request.patience().plus(SLACK).toNanos(), TimeUnit.NANOSECONDS).toBytes();
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the driver has no answer to " + request.call(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted: " + request.call()).initCause(e);
        } finally {
            waiting.remove(ticket);
        }
    }

    void answer(BarrierMessage.Answered answered) {
        CompletableFuture<BarrierAnswer> found = waiting.get(answered.ticket());
        if (found != null) {
            found.complete(answered.answer());
        }
    }

    /** Refuses those that wait and all that come. */
    void close(String reason) {
        closed = reason;
        waiting.values().forEach(answer -> answer.complete(new BarrierAnswer.Refused(reason)));
    }
}

package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.RpcException;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One task reads one shuffle from other executors. Owns the streams that are open, and how much of what they bring may
 * wait. The streams that will be needed next are begun ahead, as far as their windows fit into that. For the thread of
 * the task, but for being killed.
 */
final class RemoteRead {
    private final RemoteFetcher.Source source;
    private final FetchSettings settings;
    private final ShuffleFetcher.Wanted wanted;
    private final ShuffleFetcher.Reader reader;
    private final List<RemotePieces> writers = new ArrayList<>();

    /** Whoever kills the task closes them, which wakes the task's thread; so does this. */
    private final Set<InputStream> streams = ConcurrentHashMap.newKeySet();

    private final CompletableFuture<Answer> killed = new CompletableFuture<>();

    private long inFlight;

    /** Whether it is worth a look if another stream may be begun. */
    private boolean mayBeginMore = true;

    RemoteRead(
            RemoteFetcher.Source source,
            FetchSettings settings,
            ShuffleFetcher.Wanted wanted,
            ShuffleFetcher.Reader reader) {
        this.source = source;
        this.settings = settings;
        this.wanted = wanted;
        this.reader = reader;
        reader.onKill(this::wake);
        reader.onCompletion(this::close);
    }

    RemotePieces from(ExecutorId executor, List<Integer> mapPartitions, List<Long> sizes) {
        var pieces = new RemotePieces(this, executor, mapPartitions, sizes);
        writers.add(pieces);
        return pieces;
    }

    ShuffleFetcher.Wanted wanted() {
        return wanted;
    }

    // ---- asking and waiting ----

    CompletableFuture<Answer> ask(ExecutorId from, Message request) {
        var answer = new CompletableFuture<Answer>();
        source.ask(from, request, answer::complete);
        return answer;
    }

    /** The transport sees to it that there is an answer in time. */
    Answer await(CompletableFuture<Answer> answer) throws IOException {
        try {
            Object first = CompletableFuture.anyOf(answer, killed).get();
            reader.checkKilled();
            return (Answer) first;
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) { // neither is ever completed so
            throw new IllegalStateException(e);
        }
    }

    void pause(int failure) throws InterruptedException {
        try {
            killed.get(settings.waitAfter(failure).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // nobody has killed it
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        reader.checkKilled();
    }

    /** As transports tell it. */
    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while reading a shuffle");
    }

    /** As tasks tell it. */
    InterruptedException interrupted(InterruptedIOException e) {
        reader.checkKilled();
        Thread.interrupted(); // the exception says it from here on
        var interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }

    void checkKilled() {
        reader.checkKilled();
    }

    /**
     * Waits before the next try.
     *
     * @throws IOException when there is to be none
     */
    void beforeRetry(IOException cause, int failures) throws IOException {
        reader.checkKilled();
        if (failures > settings.retries()) {
            throw new IOException(words(cause, failures), cause);
        }
        try {
            pause(failures);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Whether what went wrong may have passed when it is tried again. */
    static boolean mayPass(IOException e) {
        return e instanceof RpcException failure
                && switch (failure.kind()) {
                    case UNREACHABLE, LATE, FAILED, TOO_MANY -> true;
                    case REFUSED, TOO_LARGE, CLOSED -> false;
                };
    }

    static String words(IOException cause, int failures) {
        return failures == 1
                ? String.valueOf(cause.getMessage())
                : cause.getMessage() + "; it was tried " + failures + " times";
    }

    // ---- streams ----

    /** How much of so many bytes may wait here. */
    long window(long bytes) {
        return Math.min(bytes, source.windowBytes());
    }

    boolean hasRoomFor(long window) {
        return inFlight + window <= settings.maxBytesInFlight().bytes();
    }

    InputStream open(ExecutorId from, ShuffleRequest request, long window) throws IOException {
        InputStream stream = source.open(from, request);
        streams.add(stream);
        if (killed.isDone()) { // whoever killed it may not have seen this stream
            closeQuietly(stream);
            reader.checkKilled();
        }
        inFlight += window;
        return stream;
    }

    void close(InputStream stream, long window) {
        streams.remove(stream);
        closeQuietly(stream);
        inFlight -= window;
        mayBeginMore = true;
    }

    /** Begins what will be needed after this piece, the next first. */
    void beginAhead(int slice, int afterMapPartition) {
        if (!mayBeginMore) {
            return;
        }
        mayBeginMore = false;
        List<RemotePieces> next =
                writers.stream()
                        .filter(writer -> writer.isWantedAfter(afterMapPartition, slice))
                        .sorted(Comparator.comparingInt(writer -> writer.nextAfter(afterMapPartition)))
                        .toList();
        for (RemotePieces writer : next) {
            if (!writer.beginAhead(afterMapPartition, slice)) {
                return;
            }
        }
    }

    /** Another slice is read from now on. */
    void sliceChanged() {
        mayBeginMore = true;
    }

    private void wake() {
        killed.complete(new Answer.Bytes(new byte[0]));
        streams.forEach(RemoteRead::closeQuietly);
    }

    private void close() {
        writers.forEach(RemotePieces::close);
    }

    private static void closeQuietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }
}

package dev.capstan.ha;

import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.Journal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The journal of an actor in a term of a store: what comes while a write is under way is written together by the next.
 * Once a write has failed, nothing is written any more, and everybody is told why.
 */
public final class TermJournal<E extends Entry> implements Journal, AutoCloseable {
    private static final int MOST_AT_ONCE = 256;

    private final Term term;
    private final EntryCodec<E> codec;
    private final Class<E> type;
    private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
    private final Thread writer;

    private record Pending(byte[] record, Consumer<@Nullable Throwable> done) {}

    /**
     * @param type of the actor's entries
     */
    public TermJournal(Term term, Class<E> type, EntryCodec<E> codec, String name) {
        this.term = term;
        this.type = type;
        this.codec = codec;
        this.writer = Thread.ofPlatform().daemon().name("journal of " + name).start(this::write);
    }

    /** What earlier terms have written, for the actor to apply again. */
    public List<E> entries() throws IOException {
        List<E> entries = new ArrayList<>();
        for (byte[] record : term.records()) {
            entries.add(codec.decode(record));
        }
        return entries;
    }

    @Override
    public void append(Entry entry, Consumer<@Nullable Throwable> done) {
        pending.add(new Pending(codec.encode(type.cast(entry)), done));
    }

    private void write() {
        Throwable failure = null;
        try {
            while (true) {
                List<Pending> batch = new ArrayList<>(List.of(pending.take()));
                pending.drainTo(batch, MOST_AT_ONCE - 1);
                if (failure == null) {
                    failure = written(batch);
                }
                for (Pending each : batch) {
                    each.done().accept(failure);
                }
            }
        } catch (InterruptedException e) {
            // closed: whoever still waits has no use for an answer
        }
    }

    private @Nullable Throwable written(List<Pending> batch) {
        try {
            term.append(batch.stream().map(Pending::record).toList());
            return null;
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}

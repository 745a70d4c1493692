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
 *
 * <p>An owner may live for months, while most of what it writes is soon void. So a summary takes the place of all that
 * was written whenever much has come, if there is one that is much shorter.
 */
public final class TermJournal<E extends Entry> implements Journal, AutoCloseable {
    private static final int MOST_AT_ONCE = 256;

    /** So many entries come between one summary and the next. */
    static final int SUMMARIZED_AFTER = 4_096;

    private final Term term;
    private final EntryCodec<E> codec;
    private final Class<E> type;
    private final Digest<E> digest;
    private final BlockingQueue<Pending<E>> pending = new LinkedBlockingQueue<>();
    private final Thread writer;

    /** Since the last summary; used by the writer alone. */
    private int writtenSince;

    private record Pending<E>(E entry, byte[] record, Consumer<@Nullable Throwable> done) {}

    /**
     * @param type of the actor's entries
     * @param digest to which all was applied that the term holds now; from here on it is the journal's
     */
    public TermJournal(Term term, Class<E> type, EntryCodec<E> codec, Digest<E> digest, String name) {
        this.term = term;
        this.type = type;
        this.codec = codec;
        this.digest = digest;
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
        E ours = type.cast(entry);
        pending.add(new Pending<>(ours, codec.encode(ours), done));
    }

    private void write() {
        Throwable failure = null;
        try {
            while (true) {
                List<Pending<E>> batch = new ArrayList<>(List.of(pending.take()));
                pending.drainTo(batch, MOST_AT_ONCE - 1);
                if (failure == null) {
                    failure = failureOf(() -> term.append(batch.stream().map(Pending::record).toList()));
                }
                for (Pending<E> each : batch) {
                    each.done().accept(failure);
                }
                if (failure == null) {
                    failure = failureOf(() -> summarize(batch));
                }
            }
        } catch (InterruptedException e) {
            // closed: whoever still waits has no use for an answer
        }
    }

    private void summarize(List<Pending<E>> written) throws IOException {
        written.forEach(each -> digest.apply(each.entry()));
        writtenSince += written.size();
        if (writtenSince >= SUMMARIZED_AFTER) {
            List<E> summary = digest.summary();
            if (summary.size() <= writtenSince / 2) {
                term.replace(summary.stream().map(codec::encode).toList());
            }
            writtenSince = 0;
        }
    }

    /** Work on the store. */
    @FunctionalInterface
    private interface Writing {
        void write() throws IOException;
    }

    private static @Nullable Throwable failureOf(Writing writing) {
        try {
            writing.write();
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

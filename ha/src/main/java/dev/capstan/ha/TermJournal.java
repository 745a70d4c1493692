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
 * Once a write has failed, nothing is written any more, and everybody is told why. So it is when who waits for a write
 * fails at the answer.
 *
 * <p>An owner may live for months, while most of what it writes is soon void. So a summary takes the place of all that
 * was written whenever much has come, if there is one that is much shorter.
 */
public final class TermJournal<E extends Entry> implements Journal, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TermJournal.class.getName());
    private static final int MOST_AT_ONCE = 256;

    /** So many entries come between one look for a shorter summary and the next. */
    static final int SUMMARIZED_AFTER = 4_096;

    private final Term term;
    private final EntryCodec<E> codec;
    private final Class<E> type;
    private final Digest<E> digest;
    private final BlockingQueue<Pending<E>> pending = new LinkedBlockingQueue<>();
    private final String name;
    private final Thread writer;

    /** Since the last summary that was written; used by the writer alone. */
    private long writtenSince;

    /** So many are to be written until a summary is looked for. */
    private long nextLook = SUMMARIZED_AFTER;

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
        this.name = name;
        this.writer = Thread.ofPlatform().daemon().name("journal of " + name).start(this::write);
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
                Throwable bug = answer(batch, failure);
                if (failure == null) {
                    failure = bug;
                }
                if (failure == null) {
                    failure = failureOf(() -> summarize(batch));
                }
            }
        } catch (InterruptedException e) {
            // closed: whoever still waits has no use for an answer
        }
    }

    /**
     * Tells all of them.
     *
     * @return what the first threw that failed at it, null when nobody did
     */
    private @Nullable Throwable answer(List<Pending<E>> batch, @Nullable Throwable failure) {
        Throwable first = null;
        for (Pending<E> each : batch) {
            Throwable bug = failureOf(() -> each.done().accept(failure));
            if (bug != null) {
                LOG.log(System.Logger.Level.ERROR, "the journal of " + name + " could not answer", bug);
                Throwable again = failureOf(() -> each.done().accept(bug)); // or it would wait for ever
                if (again != null && again != bug) {
                    bug.addSuppressed(again);
                }
                first = first == null ? bug : first;
            }
        }
        return first;
    }

    private void summarize(List<Pending<E>> written) throws IOException {
        written.forEach(each -> digest.apply(each.entry()));
        writtenSince += written.size();
        if (writtenSince < nextLook) {
            return;
        }
        List<E> summary = digest.summary();
        if (summary.size() <= writtenSince / 2) {
            term.replace(summary.stream().map(codec::encode).toList());
            writtenSince = 0;
        }
        nextLook = writtenSince + SUMMARIZED_AFTER;
    }

    /** What may fail. */
    @FunctionalInterface
    private interface Attempt {
        void make() throws IOException;
    }

    private static @Nullable Throwable failureOf(Attempt attempt) {
        try {
            attempt.make();
            return null;
        } catch (Throwable e) { // whatever it is: were it not told, everybody would wait for ever
            return e;
        }
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}

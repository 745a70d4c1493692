package dev.capstan.mesos.scheduler;

import dev.capstan.ha.Digest;
import dev.capstan.ha.Term;
import dev.capstan.ha.TermJournal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the book that an earlier run has left, and leaves of it what still counts. */
public final class FrameworkRecovery {
    private FrameworkRecovery() {}

    /**
     * What a {@link FrameworkScheduler} is to be given in this term. In the store it stands in the place of all that
     * led to it.
     */
    public static List<FrameworkEntry> recover(Term term) throws IOException {
        var codec = new FrameworkEntryCodec();
        var book = new Book();
        for (byte[] record : term.records()) {
            book.apply(codec.decode(record));
        }
        List<FrameworkEntry> summary = book.summary();
        term.replace(summary.stream().map(codec::encode).toList());
        return summary;
    }

    /** The journal of a framework that was given these; it is kept short. */
    public static TermJournal<FrameworkEntry> journal(Term term, List<FrameworkEntry> recovered, String name) {
        return new TermJournal<>(term, FrameworkEntry.class, new FrameworkEntryCodec(), digest(recovered), name);
    }

    /** Of a book that is still being written. */
    static Digest<FrameworkEntry> digest(List<FrameworkEntry> recovered) {
        var book = new Book();
        recovered.forEach(book::apply);
        return new Digest<>() {
            @Override
            public void apply(FrameworkEntry entry) {
                book.apply(entry);
            }

            @Override
            public List<FrameworkEntry> summary() {
                List<FrameworkEntry> summary = new ArrayList<>(book.summary());
                summary.addAll(book.launching());
                return summary;
            }
        };
    }
}

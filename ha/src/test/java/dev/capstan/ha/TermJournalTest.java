package dev.capstan.ha;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kernel.actor.Entry;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

class TermJournalTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private record Word(String text) implements Entry {}

    private static final EntryCodec<Word> CODEC =
            new EntryCodec<>() {
                @Override
                public byte[] encode(Word word) {
                    return word.text().getBytes(StandardCharsets.UTF_8);
                }

                @Override
                public Word decode(byte[] record) {
                    return new Word(new String(record, StandardCharsets.UTF_8));
                }
            };

    private final EpochStore store = new MemoryEpochStore();
    private final List<@Nullable Throwable> answers = Collections.synchronizedList(new ArrayList<>());

    private TermJournal<Word> journal() throws IOException {
        return journal(new Everything());
    }

    private TermJournal<Word> journal(Digest<Word> digest) throws IOException {
        return new TermJournal<>(store.take(), Word.class, CODEC, digest, "test");
    }

    /** No entry makes another void. */
    private static final class Everything implements Digest<Word> {
        private final List<Word> words = new ArrayList<>();

        @Override
        public void apply(Word entry) {
            words.add(entry);
        }

        @Override
        public List<Word> summary() {
            return List.copyOf(words);
        }
    }

    /** Each entry makes those before it void. */
    private static final class Latest implements Digest<Word> {
        private List<Word> latest = List.of();

        @Override
        public void apply(Word entry) {
            latest = List.of(entry);
        }

        @Override
        public List<Word> summary() {
            return latest;
        }
    }

    private void appendAll(TermJournal<Word> journal, int words) {
        for (int i = 0; i < words; i++) {
            journal.append(new Word("word " + i), answers::add);
        }
        assertThat(Await.until(() -> answers.size() == words, BOUND)).isTrue();
        assertThat(answers).containsOnlyNulls();
    }

    @Test
    void whatIsVoidDoesNotPileUpHoweverLongTheOwnerLives() throws IOException {
        int words = 10 * TermJournal.SUMMARIZED_AFTER + 1_000;
        try (TermJournal<Word> journal = journal(new Latest())) {
            appendAll(journal, words);
        }
        List<byte[]> left = store.take().records();
        assertThat(left).hasSizeLessThan(2 * TermJournal.SUMMARIZED_AFTER);
        assertThat(CODEC.decode(left.getLast())).isEqualTo(new Word("word " + (words - 1)));
    }

    @Test
    void whatIsNotVoidIsKept() throws IOException {
        int words = 3 * TermJournal.SUMMARIZED_AFTER;
        try (TermJournal<Word> journal = journal()) {
            appendAll(journal, words);
        }
        assertThat(store.take().records()).hasSize(words);
    }

    @Test
    void anOwnerThatWasReplacedWritesNoSummary() throws IOException {
        try (TermJournal<Word> journal = journal(new Latest())) {
            appendAll(journal, 10);
            store.take().append(List.of(CODEC.encode(new Word("of the next"))));
            answers.clear();
            for (int i = 0; i < TermJournal.SUMMARIZED_AFTER; i++) {
                journal.append(new Word("late"), answers::add);
            }
            assertThat(Await.until(() -> answers.size() == TermJournal.SUMMARIZED_AFTER, BOUND)).isTrue();
        }
        assertThat(store.take().records()).hasSize(11);
    }

    @Test
    void entriesComeBackInTheOrderInWhichTheyWereAppended() throws IOException {
        try (TermJournal<Word> journal = journal()) {
            for (int i = 0; i < 1_000; i++) {
                journal.append(new Word("word " + i), answers::add);
            }
            assertThat(Await.until(() -> answers.size() == 1_000, BOUND)).isTrue();
        }
        assertThat(answers).containsOnlyNulls();
        List<Word> words = new ArrayList<>();
        for (byte[] record : store.take().records()) {
            words.add(CODEC.decode(record));
        }
        assertThat(words).hasSize(1_000).startsWith(new Word("word 0")).endsWith(new Word("word 999"));
    }

    /** As many entries as a busy framework has tasks. */
    private static final class Many implements Digest<Word> {
        private static final int LIVE = 3_000;
        private final ArrayDeque<Word> live = new ArrayDeque<>();

        @Override
        public void apply(Word entry) {
            live.add(entry);
            if (live.size() > LIVE) {
                live.remove();
            }
        }

        @Override
        public List<Word> summary() {
            return List.copyOf(live);
        }
    }

    @Test
    void whatIsVoidDoesNotPileUpWhereMuchIsNotVoid() throws IOException {
        int words = 10 * TermJournal.SUMMARIZED_AFTER;
        try (TermJournal<Word> journal = journal(new Many())) {
            appendAll(journal, words);
        }
        List<byte[]> left = store.take().records();
        assertThat(left).hasSizeLessThan(4 * TermJournal.SUMMARIZED_AFTER);
        assertThat(CODEC.decode(left.get(left.size() - Many.LIVE))).isEqualTo(new Word("word " + (words - Many.LIVE)));
        assertThat(CODEC.decode(left.getLast())).isEqualTo(new Word("word " + (words - 1)));
    }

    @Test
    void whoFailsAtAnAnswerIsToldSoAndNothingIsWrittenAnyMore() throws IOException {
        var bug = new IllegalStateException("a bug of whoever waits");
        List<@Nullable Throwable> own = Collections.synchronizedList(new ArrayList<>());
        try (TermJournal<Word> journal = journal()) {
            journal.append(
                    new Word("first"),
                    failure -> {
                        own.add(failure);
                        if (failure == null) {
                            throw bug;
                        }
                    });
            assertThat(Await.until(() -> own.size() == 2, BOUND)).as("is told of it").isTrue();
            assertThat(own).containsExactly(null, bug);
            journal.append(new Word("second"), answers::add);
            assertThat(Await.until(() -> !answers.isEmpty(), BOUND)).as("who comes later is told").isTrue();
            assertThat(answers).containsExactly(bug);
        }
        assertThat(store.take().records()).hasSize(1);
    }

    @Test
    void anErrorThatAWriteEndsWithIsToldLikeAnyFailure() {
        var error = new StackOverflowError("deep in the store");
        var term =
                new Term() {
                    @Override
                    public long epoch() {
                        return 1;
                    }

                    @Override
                    public List<byte[]> records() {
                        return List.of();
                    }

                    @Override
                    public void append(List<byte[]> records) {
                        throw error;
                    }

                    @Override
                    public void replace(List<byte[]> records) {
                        throw error;
                    }
                };
        try (var journal = new TermJournal<>(term, Word.class, CODEC, new Everything(), "test")) {
            journal.append(new Word("first"), answers::add);
            assertThat(Await.until(() -> answers.size() == 1, BOUND)).isTrue();
            journal.append(new Word("second"), answers::add);
            assertThat(Await.until(() -> answers.size() == 2, BOUND)).isTrue();
            assertThat(answers).containsExactly(error, error);
        }
    }

    @Test
    void onceSomebodyHasTakenOverEveryAppendFails() throws IOException {
        try (TermJournal<Word> old = journal()) {
            Term taken = store.take();
            assertThat(taken.records()).isEmpty();
            Consumer<@Nullable Throwable> answer = answers::add;
            old.append(new Word("late"), answer);
            old.append(new Word("later"), answer);
            assertThat(Await.until(() -> answers.size() == 2, BOUND)).isTrue();
            assertThat(answers).allMatch(StaleEpochException.class::isInstance);
        }
        assertThat(store.take().records()).isEmpty();
    }
}

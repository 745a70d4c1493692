package dev.capstan.mesos.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.capstan.ha.MemoryEpochStore;

import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class FrameworkEntryCodecTest {
    private final FrameworkEntryCodec codec = new FrameworkEntryCodec();

    private static List<FrameworkEntry> all() {
        List<FrameworkEntry> entries = new ArrayList<>();
        entries.add(new FrameworkEntry.Identified("id-ä€😀"));
        entries.add(new FrameworkEntry.Forgotten());
        entries.add(new FrameworkEntry.Intended("task", "agent", ""));
        entries.add(new FrameworkEntry.Cancelled("task"));
        entries.add(new FrameworkEntry.Ended("x".repeat(255)));
        entries.add(new FrameworkEntry.OperationIntended("operation", "agent"));
        entries.add(new FrameworkEntry.OperationEnded("operation"));
        entries.add(new FrameworkEntry.ExecutorIntended(executor()));
        for (TaskState state : TaskState.values()) {
            entries.add(new FrameworkEntry.Changed("task", state));
        }
        return entries;
    }

    private static GroupExecutor executor() {
        var info = ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue("executor"));
        return new GroupExecutor("agent", info.build());
    }

    @Test
    void everyEntryComesBack() throws IOException {
        for (FrameworkEntry entry : all()) {
            assertThat(codec.decode(codec.encode(entry))).isEqualTo(entry);
        }
    }

    @Test
    void whatIsCutOffOrFollowedByMoreIsRefused() {
        for (FrameworkEntry entry : all()) {
            byte[] record = codec.encode(entry);
            for (int length = 0; length < record.length; length++) {
                byte[] cut = Arrays.copyOf(record, length);
                assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(IOException.class);
            }
            assertThatThrownBy(() -> codec.decode(Arrays.copyOf(record, record.length + 1)))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> codec.decode(new byte[] {99})).hasMessageContaining("unknown kind, 99");
    }

    @Test
    void aLaterRunFindsWhatStillCountsAndNothingElse() throws IOException {
        try (var store = new MemoryEpochStore()) {
            store.take()
                    .append(
                            List.of(
                                    codec.encode(new FrameworkEntry.Identified("f")),
                                    codec.encode(new FrameworkEntry.Intended("over", "agent", "")),
                                    codec.encode(new FrameworkEntry.Ended("over")),
                                    codec.encode(new FrameworkEntry.Intended("runs", "agent", ""))));
            List<FrameworkEntry> expected =
                    List.of(new FrameworkEntry.Identified("f"), new FrameworkEntry.Intended("runs", "agent", ""));
            assertThat(FrameworkRecovery.recover(store.take())).isEqualTo(expected);
            assertThat(store.take().records()).hasSize(2);
        }
    }

    @Test
    void theSummaryOfABookSaysTheSameAsAllThatWasApplied() {
        var book = new Book();
        book.apply(new FrameworkEntry.Identified("f"));
        book.apply(new FrameworkEntry.ExecutorIntended(executor()));
        for (int i = 0; i < 10; i++) {
            book.apply(new FrameworkEntry.Intended("task-" + i, "agent", "executor"));
        }
        book.apply(new FrameworkEntry.Changed("task-3", TaskState.TASK_RUNNING));
        book.apply(new FrameworkEntry.Cancelled("task-4"));
        book.apply(new FrameworkEntry.Ended("task-5"));
        book.apply(new FrameworkEntry.OperationIntended("operation-1", "agent"));
        book.apply(new FrameworkEntry.OperationIntended("operation-2", "agent"));
        book.apply(new FrameworkEntry.OperationEnded("operation-1"));
        var copy = new Book();
        book.summary().forEach(copy::apply);
        assertThat(copy.tasks()).containsExactlyElementsOf(book.tasks());
        assertThat(copy.operations()).containsExactly(new MesosOperation("operation-2", "agent"));
        assertThat(copy.groupExecutors()).containsExactly(entry("executor", executor()));
        assertThat(copy.frameworkId()).isEqualTo("f");
    }

    /** As {@link dev.capstan.ha.TermJournal} does it, at any moment. */
    @Test
    void aSummaryLosesNothingWhereverItStandsAmongTheEntries() {
        List<FrameworkEntry> entries =
                List.of(
                        new FrameworkEntry.Identified("f"),
                        new FrameworkEntry.Intended("elsewhere", "another agent", "executor"),
                        new FrameworkEntry.ExecutorIntended(executor()),
                        new FrameworkEntry.Intended("task-1", "agent", "executor"),
                        new FrameworkEntry.OperationIntended("operation", "agent"),
                        new FrameworkEntry.Changed("task-1", TaskState.TASK_RUNNING),
                        new FrameworkEntry.Intended("task-2", "agent", "executor"),
                        new FrameworkEntry.Cancelled("task-2"),
                        new FrameworkEntry.OperationEnded("operation"),
                        new FrameworkEntry.Ended("task-1"));
        Book expected = bookOf(entries);
        assertThat(expected.groupExecutors()).containsKey("executor");
        for (int summarized = 0; summarized <= entries.size(); summarized++) {
            var digest = FrameworkRecovery.digest(List.of());
            entries.subList(0, summarized).forEach(digest::apply);
            List<FrameworkEntry> stored = new ArrayList<>(digest.summary());
            stored.addAll(entries.subList(summarized, entries.size()));
            Book found = bookOf(stored);
            String when = "with a summary of the first " + summarized;
            assertThat(found.frameworkId()).as(when).isEqualTo("f");
            assertThat(found.tasks()).as(when).containsExactlyElementsOf(expected.tasks());
            assertThat(found.operations()).as(when).isEmpty();
            assertThat(found.groupExecutors()).as(when).isEqualTo(expected.groupExecutors());
        }
    }

    private static Book bookOf(List<FrameworkEntry> entries) {
        var book = new Book();
        entries.forEach(book::apply);
        return book;
    }

    @Test
    void anExecutorIsForgottenWithItsLastTaskAndWithoutOneIsNotThere() {
        var book = new Book();
        book.apply(new FrameworkEntry.ExecutorIntended(executor()));
        assertThat(book.summary()).isEmpty();
        book.apply(new FrameworkEntry.Intended("task", "agent", "executor"));
        book.apply(new FrameworkEntry.Intended("elsewhere", "another agent", "executor"));
        assertThat(book.groupExecutors()).containsKey("executor");
        book.apply(new FrameworkEntry.Ended("task"));
        assertThat(book.groupExecutors()).isEmpty();
    }
}

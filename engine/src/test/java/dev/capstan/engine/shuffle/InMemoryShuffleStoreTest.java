package dev.capstan.engine.shuffle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.CompactSerializer;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class InMemoryShuffleStoreTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(1);

    private final CompactSerializer serializer = new CompactSerializer();
    private final InMemoryShuffleStore store = new InMemoryShuffleStore(serializer);

    private ShuffleWriter open(long task) {
        return store.open(SHUFFLE, 0, new TaskId(task), 3);
    }

    private List<Object> read(int reducePartition) {
        ShuffleBlock block = store.read(SHUFFLE, 0, reducePartition).orElseThrow();
        assertThat(block.intact()).isTrue();
        List<Object> records = new ArrayList<>();
        serializer.reader(new ByteInput(block.bytes()), getClass().getClassLoader()).forEachRemaining(records::add);
        return records;
    }

    @Test
    void anOutputIsSeenWhenItIsCommittedAndNotBefore() {
        try (ShuffleWriter writer = open(1)) {
            writer.write(2, "k", 1);
            assertThat(store.read(SHUFFLE, 0, 2)).isEmpty();
            assertThat(writer.commit()).isPositive();
        }
        assertThat(read(2)).containsExactly("k", 1);
        assertThat(read(0)).isEmpty();
    }

    @Test
    void anOutputThatIsNotCommittedLeavesNothing() {
        try (ShuffleWriter writer = open(1)) {
            writer.write(0, "k", 1);
        }
        assertThat(store.read(SHUFFLE, 0, 0)).isEmpty();
    }

    @Test
    void theLastCommitCounts() {
        try (ShuffleWriter slow = open(1);
                ShuffleWriter quick = open(2)) {
            slow.write(0, "slow", null);
            quick.write(0, "quick", null);
            quick.commit();
            slow.commit();
        }
        assertThat(read(0)).containsExactly("slow", null);
    }

    @Test
    void aForgottenShuffleThatIsComputedAgainIsKept() {
        store.forget(SHUFFLE);
        try (ShuffleWriter again = open(1)) {
            again.write(0, "k", 1);
            again.commit();
        }
        assertThat(read(0)).containsExactly("k", 1);
    }

    @Test
    void aStragglerFromBeforeDoesNotReplaceWhatIsComputedAgain() {
        try (ShuffleWriter late = open(1)) {
            late.write(0, "before", 1);
            store.forget(SHUFFLE);
            try (ShuffleWriter again = open(2)) {
                again.write(0, "again", 2);
                again.commit();
            }
            late.commit();
        }
        assertThat(read(0)).containsExactly("again", 2);
    }

    @Test
    void aForgottenShuffleStaysForgotten() {
        try (ShuffleWriter late = open(1)) {
            late.write(0, "k", 1);
            store.forget(SHUFFLE);
            late.commit();
        }
        assertThat(store.read(SHUFFLE, 0, 0)).isEmpty();
    }
}

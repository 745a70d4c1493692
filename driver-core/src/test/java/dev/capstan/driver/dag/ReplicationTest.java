package dev.capstan.driver.dag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.scheduling.SchedulingEvent;
import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** How the DAG scheduler sees to the copies of cached partitions. */
class ReplicationTest {
    private static final ExecutorId A = new ExecutorId("a");
    private static final ExecutorId B = new ExecutorId("b");
    private static final ExecutorId C = new ExecutorId("c");
    private static final BlockId.CachedPartition BLOCK = new BlockId.CachedPartition(new DatasetId(7), 0);
    private static final Address DOOR = new Address("driver", "holders");

    private final DagScheduler dag =
            new DagScheduler(DagConfig.defaults(), new Address("driver", "tasks"), new Address("driver", "desk"));

    /** Tells it, and gives the copies that it orders by then. */
    private List<SchedulingRequest.TellExecutor> tell(Message... messages) {
        List<SchedulingRequest.TellExecutor> ordered = new ArrayList<>();
        for (Message message : messages) {
            List<Effect> effects = new ArrayList<>(dag.on(message, 0));
            effects.addAll(dag.endOfTurn(0));
            for (Effect effect : effects) {
                if (effect instanceof Effect.Send(_, SchedulingRequest.TellExecutor order)) {
                    ordered.add(order);
                }
            }
        }
        return ordered;
    }

    private static Message joined(ExecutorId executor, String host) {
        return new SchedulingEvent.ExecutorJoined(executor, host, Resources.cpus(1));
    }

    private static Message kept(ExecutorId executor, String host, StorageLevel level) {
        return new SchedulingEvent.BlocksChanged(
                executor, host, List.of(new KeptBlock(BLOCK, 10, 0, level)), List.of());
    }

    private static Message evicted(ExecutorId executor, String host) {
        return new SchedulingEvent.BlocksChanged(executor, host, List.of(), List.of(BLOCK));
    }

    private static Message gone(ExecutorId executor) {
        return new SchedulingEvent.ExecutorGone(executor, "lost");
    }

    private static Message failed(ExecutorId executor) {
        return new SchedulingEvent.CopyFailed(executor, BLOCK, "no room");
    }

    private static SchedulingRequest.TellExecutor copy(ExecutorId target, StorageLevel level, ExecutorId from) {
        return new SchedulingRequest.TellExecutor(target, new ExecutorOrder.CopyBlock(BLOCK, level, from));
    }

    private static final StorageLevel TWO = StorageLevel.MEMORY_ONLY_2;

    @Test
    void aSecondCopyGoesToAnotherHostIfThereIsOne() {
        tell(joined(A, "one"), joined(B, "one"), joined(C, "two"));
        assertThat(tell(kept(A, "one", TWO))).containsExactly(copy(C, TWO, A));
        assertThat(tell(kept(C, "two", TWO))).as("that is enough").isEmpty();
    }

    @Test
    void levelsWithOneCopyAreLeftAlone() {
        tell(joined(A, "one"), joined(B, "two"));
        assertThat(tell(kept(A, "one", StorageLevel.MEMORY_AND_DISK))).isEmpty();
    }

    @Test
    void threeCopiesAreMadeOneAfterTheOther() {
        tell(joined(A, "one"), joined(B, "two"), joined(C, "three"));
        StorageLevel three = StorageLevel.DISK_ONLY_3;
        assertThat(tell(kept(A, "one", three))).containsExactly(copy(B, three, A));
        assertThat(tell(kept(B, "two", three))).containsExactly(copy(C, three, A));
        assertThat(tell(kept(C, "three", three))).isEmpty();
    }

    @Test
    void aCopyThatIsLostWithItsExecutorIsMadeAgainAndOneThatIsEvictedIsNot() {
        tell(joined(A, "one"), joined(B, "two"), joined(C, "three"), kept(A, "one", TWO), kept(B, "two", TWO));
        assertThat(tell(evicted(B, "two"))).isEmpty();
        tell(kept(B, "two", TWO));
        assertThat(tell(gone(A))).containsExactly(copy(C, TWO, B));
    }

    @Test
    void anExecutorThatDiesWhileItTakesOrGivesACopyIsReplaced() {
        tell(joined(A, "one"), joined(B, "two"), joined(C, "three"), kept(A, "one", TWO));
        assertThat(tell(gone(B))).as("it was to take it").containsExactly(copy(C, TWO, A));
        assertThat(tell(kept(C, "three", TWO), gone(A))).as("nobody is left to take another").isEmpty();
        assertThat(tell(joined(B, "two"))).containsExactly(copy(B, TWO, C));
    }

    @Test
    void whereThereIsNoRoomItIsTriedThreeTimesAndAgainWhenAnExecutorJoins() {
        tell(joined(A, "one"), joined(B, "two"), kept(A, "one", TWO));
        assertThat(tell(failed(B))).hasSize(1);
        assertThat(tell(failed(B))).hasSize(1);
        assertThat(tell(failed(B))).isEmpty();
        assertThat(tell(joined(C, "three"))).hasSize(1);
    }

    @Test
    void anOrderThatIsNotHeardOfIsGivenUpAtTheSecondLook() {
        tell(joined(A, "one"), joined(B, "two"), kept(A, "one", TWO));
        assertThat(tell(new DagMessage.LookAfterCopies())).isEmpty();
        assertThat(tell(new DagMessage.LookAfterCopies())).containsExactly(copy(B, TWO, A));
    }

    @Test
    void nothingIsOrderedForWhatTheProgramDoesNotKeepAnyMore() {
        tell(joined(A, "one"), joined(B, "two"), kept(A, "one", TWO), new DagMessage.ForgetDataset(BLOCK.dataset()));
        assertThat(tell(failed(B), joined(C, "three"))).isEmpty();
        assertThat(dag.withoutWantedCopies()).isEmpty();
    }

    @Test
    void whoAsksIsToldTheHoldersTheFirstFirst() {
        tell(joined(A, "one"), joined(B, "two"), kept(B, "two", TWO), kept(A, "one", TWO));
        assertThat(dag.on(new DagMessage.FindHolders(5, DOOR, BLOCK), 0))
                .containsExactly(new Effect.Send(DOOR, new HoldersFound(5, List.of(B, A))));
    }
}

package dev.capstan.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.accumulator.Accumulator;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Nodes;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

class RunningTaskTest {
    private static final Lineage<Long> NUMBERS = Nodes.range(4, 2);

    /** What the functions of these tests share with them. */
    private static final Queue<String> HEARD = new ConcurrentLinkedQueue<>();

    private final TaskFixture fixture = TaskFixture.create();

    private TaskResult runFunction(PartitionFn<Long, Long> function) {
        return fixture.run(NUMBERS, new Work.ResultWork<>(function), 1);
    }

    @Test
    void aFunctionFindsItsTaskWithoutHavingBeenHandedIt() {
        TaskResult result =
                runFunction((_, given) -> {
                    TaskContext task = TaskContext.current();
                    assertThat(task).isSameAs(given);
                    assertThat(task.resources()).isEqualTo(Resources.cpus(1));
                    assertThat(task.metrics().runNanos()).isNotNegative();
                    return (long) task.partition() * 100 + task.partitions();
                });
        assertThat((Long) fixture.resultOf(result)).isEqualTo(100 + NUMBERS.partitionCount());
        assertThatThrownBy(TaskContext::current).hasMessageContaining("on a thread that runs no task");
    }

    @Test
    void whoWaitsForAFailureHearsOfItBeforeTheEndAndOnlyThen() {
        HEARD.clear();
        TaskResult failed =
                runFunction((_, task) -> {
                    task.onCompletion(() -> HEARD.add("completed"));
                    task.onFailure(failure -> HEARD.add("failed: " + failure.getMessage()));
                    task.onFailure(_ -> {
                        throw new IllegalStateException("a bad listener");
                    });
                    throw new IllegalArgumentException("boom");
                });
        assertThat(failed.outcome()).isInstanceOf(TaskOutcome.Failed.class);
        assertThat(HEARD).containsExactly("failed: boom", "completed");
        HEARD.clear();
        runFunction((_, task) -> {
            task.onFailure(_ -> HEARD.add("failed"));
            return 1L;
        });
        assertThat(HEARD).isEmpty();
    }

    @Test
    void whatATaskAddsRidesInItsOutcomeAndWhatAFailedOneAddsDoesNot() {
        var accumulators = new Accumulators(fixture.serializer, fixture.loader);
        LongAccumulator sum = accumulators.ofLongs("sum");
        PartitionFn<Long, Long> adding =
                (_, task) -> {
                    sum.add(7);
                    if (task.partition() == 0) {
                        throw new IllegalStateException("boom");
                    }
                    return 1L;
                };
        TaskOutcome failed = fixture.run(NUMBERS, new Work.ResultWork<>(adding), 0).outcome();
        assertThat(failed).isInstanceOf(TaskOutcome.Failed.class);
        var done = (TaskOutcome.Succeeded) runFunction(adding).outcome();
        accumulators.arrive(done.updates());
        assertThat(sum.value()).isEqualTo(7);
        assertThat(sum.count()).isEqualTo(1);
    }

    @Test
    void aLargeResultWhoseAdditionsCannotTravelIsNotLeftBehind() {
        var small = TaskFixture.withInlineLimit(10);
        var accumulators = new Accumulators(small.serializer, small.loader);
        Accumulator<Object, List<Object>> things = accumulators.ofElements("things");
        PartitionFn<Long, String> adding =
                (_, _) -> {
                    things.add(new Object());
                    return "a result of more than ten bytes";
                };
        TaskOutcome outcome = small.run(NUMBERS, new Work.ResultWork<>(adding), 0).outcome();
        assertThat(((TaskOutcome.Failed) outcome).failure().message()).contains("accumulator 'things'");
        assertThat(small.blocks.list()).isEmpty();
    }

    private static final AtomicReference<WeakReference<byte[]>> HELD = new AtomicReference<>();

    @Test
    void aTaskThatHasFailedHoldsNothingOfWhatWaitedForItsEnd() {
        PartitionFn<Long, Long> holding =
                (_, task) -> {
                    byte[] table = new byte[1 << 20];
                    HELD.set(new WeakReference<>(table));
                    task.onCompletion(() -> table[0] = 1);
                    task.onFailure(_ -> table[0] = 2);
                    throw new OutOfMemoryError("artificial");
                };
        TaskRunner.Attempt attempt = fixture.attempt(NUMBERS, new Work.ResultWork<>(holding), 1);
        assertThat(attempt.run().outcome()).isInstanceOf(TaskOutcome.Failed.class);
        System.gc();
        assertThat(HELD.get().get()).isNull();
        assertThat(attempt.recordsRead()).as("the attempt itself is still here").isNotNegative();
    }
}

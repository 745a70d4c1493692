package dev.capstan.engine.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.execution.StageProgram;
import dev.capstan.engine.execution.TaskFixture;
import dev.capstan.engine.execution.Work;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.serialization.JavaSerializer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

class LineageDepthTest {
    private static final int DEEP = 20_000;
    private static final Work COUNT = new Work.ResultWork<>(Actions.Count.INSTANCE);

    /** What may stand at each step of a chain; each with the frames of its own. */
    enum Step {
        MAP(parent -> new Mapped<>(Nodes.origin("map"), parent, value -> value, null)),
        FILTER(parent -> new Filtered<>(Nodes.origin("filter"), parent, _ -> true)),
        FLAT_MAP(parent -> new FlatMapped<Long, Long>(Nodes.origin("flatMap"), parent, List::of, null)),
        PARTITIONS(parent ->
                new PartitionsMapped<>(Nodes.origin("mapPartitions"), parent, (_, elements) -> elements, null)),
        UNION(parent -> UnionOf.of(Nodes.origin("union"), List.of(parent, Nodes.range(1, 1)))),
        COALESCE(parent -> new Coalesced<>(Nodes.origin("coalesce"), parent, 1)),
        CACHED(parent -> {
            Lineage<Long> kept = new Mapped<>(Nodes.origin("map"), parent, value -> value, null);
            kept.store(StorageLevel.MEMORY_ONLY);
            return kept;
        });

        final UnaryOperator<Lineage<Long>> append;

        Step(UnaryOperator<Lineage<Long>> append) {
            this.append = append;
        }

        Lineage<Long> chain(int steps) {
            Lineage<Long> node = Nodes.range(3, 1);
            for (int i = 1; i < steps; i++) {
                node = append.apply(node);
            }
            return node;
        }
    }

    @Test
    void aVeryDeepLineageIsBuiltWalkedEncodedDecodedAndRefused() {
        Lineage<Long> deep = Step.MAP.chain(DEEP);
        assertThat(deep.narrowDepth()).isEqualTo(DEEP);
        assertThat(LineageWalk.parentsFirst(deep)).hasSize(DEEP);
        assertThat(LineageWalk.everything(deep).getFirst().narrowDepth()).isEqualTo(1);
        assertThat(StageInputsPlan.of(deep).shuffles()).isEmpty();
        StageCode code = StageProgram.encode(deep, COUNT);
        assertThat(code.shareable()).isTrue();
        StageProgram back = StageProgram.decode(code.bytes(), new JavaSerializer(), getClass().getClassLoader());
        assertThat(LineageWalk.parentsFirst(back.root())).hasSize(DEEP);
        assertThatThrownBy(() -> LineageDepth.check(deep, 2_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        deep.label()
                                + " has 20000 steps in one stage, more than the limit of 2000: raise"
                                + " capstan.lineage.maxSteps together with capstan.executor.taskStack, or cut the"
                                + " lineage by a shuffle (repartition) now and then; checkpoint() will do it without"
                                + " one");
    }

    @Test
    void aStageBehindAShuffleCountsForItself() {
        Lineage<Pair<Long, Long>> pairs =
                new Mapped<>(Nodes.origin("map"), Step.MAP.chain(500), value -> Pair.of(value, value), null);
        Lineage<Pair<Long, Long>> read =
                new Shuffled<>(
                        Nodes.origin("partitionBy"),
                        new ShuffleDependency<>(
                                pairs, new ShuffleId(1), "partitionBy", new HashPartitioner(2), null, null));
        assertThat(read.narrowDepth()).isEqualTo(1);
        assertThat(read.deepestStage()).isEqualTo(501);
        assertThatCode(() -> LineageDepth.check(read, 501)).doesNotThrowAnyException();
        assertThatThrownBy(() -> LineageDepth.check(read, 500)).hasMessageContaining("has 501 steps in one stage");
    }

    @Test
    void aVeryDeepLineageIsCollectedAsGarbage() {
        WeakReference<Lineage<Long>> deep = new WeakReference<>(Step.MAP.chain(DEEP));
        for (int i = 0; i < 50 && deep.get() != null; i++) {
            System.gc();
        }
        assertThat(deep.get()).isNull();
    }

    @Test
    void aDiamondIsWalkedOnce() {
        Lineage<Long> node = Nodes.range(1, 1);
        for (int i = 0; i < 500; i++) {
            Lineage<Pair<Long, Long>> both = new Zipped<>(Nodes.origin("zip"), node, node);
            node = new Mapped<>(Nodes.origin("map"), both, Pair::key, null);
        }
        assertThat(LineageWalk.parentsFirst(node)).hasSize(1001);
        assertThat(StageInputsPlan.of(node).slices(0)).isEmpty();
    }

    /** Three times the limit fits into the stack of task threads, here as this machine compiles it. */
    @ParameterizedTest
    @EnumSource(Step.class)
    @Tag("live")
    void threeTimesTheLimitRunsOnATaskThread(Step step) throws InterruptedException {
        assertThat(countOnTaskThread(step, 3 * LineageDepth.DEFAULT_LIMIT)).isEqualTo("done");
    }

    /** The same where frames are largest: in the interpreter, in a virtual machine of its own. */
    @Test
    @Tag("process")
    void threeTimesTheLimitRunsInterpreted() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xint",
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LineageDepthTest.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines().toList())
                .containsExactly(
                        "MAP done",
                        "FILTER done",
                        "FLAT_MAP done",
                        "PARTITIONS done",
                        "UNION done",
                        "COALESCE done",
                        "CACHED done");
    }

    public static void main(String[] args) throws InterruptedException {
        for (Step step : Step.values()) {
            System.out.println(step + " " + countOnTaskThread(step, 3 * LineageDepth.DEFAULT_LIMIT));
        }
    }

    private static String countOnTaskThread(Step step, int steps) throws InterruptedException {
        AtomicReference<String> result = new AtomicReference<>("nothing");
        Lineage<Long> dataset = step.chain(steps);
        Thread thread =
                new Thread(
                        null,
                        () -> {
                            TaskOutcome outcome = TaskFixture.create().run(dataset, COUNT, 0).outcome();
                            result.set(outcome instanceof TaskOutcome.Result ? "done" : outcome.toString());
                        },
                        "task",
                        LineageDepth.TASK_STACK_BYTES);
        thread.start();
        thread.join();
        return result.get();
    }
}

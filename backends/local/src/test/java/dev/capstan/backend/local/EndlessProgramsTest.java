package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.TaskContext;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Tasks that would not end, wherever their elements come from: a cancelled job frees its cores soon. */
@Tag("live")
@Timeout(120)
class EndlessProgramsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final int TASKS = 2;

    private static volatile CountDownLatch running = new CountDownLatch(0);
    private static volatile CountDownLatch ended = new CountDownLatch(0);

    @TempDir Path directory;

    private enum Program {
        FLAT_MAP(test -> test.elements().flatMap(x -> endless(x)).countAsync()),
        FLAT_MAP_TO_PAIR(test ->
                test.elements()
                        .<Long, Long>flatMapToPair(x -> endless(Pair.of(1L, x)))
                        .reduceByKey(Long::sum)
                        .countAsync()),
        FLAT_MAP_VALUES(
                test -> test.elements().mapToPair(x -> Pair.of(x, x)).flatMapValues(x -> endless(x)).countAsync()),
        FLAT_MAP_TO_DOUBLE(test -> test.elements().flatMapToDouble(_ -> endless(1.0)).countAsync()),
        FLAT_MAP_FOREACH(test -> test.elements().flatMap(x -> endless(x)).foreachAsync(_ -> {})),
        PARTITIONS(test -> test.elements().mapPartitions(_ -> endless(1L).iterator()).countAsync()),
        PARTITIONS_THAT_A_FUNCTION_DRAINS(test ->
                test.elements()
                        .mapPartitions(_ -> endless(1L).iterator())
                        .foreachPartitionAsync(part -> part.forEachRemaining(_ -> {}))),
        /** Looks at one partition, where nothing is found for ever. */
        TAKE(1, test -> test.elements().mapPartitions(_ -> endless(1L).iterator()).filter(_ -> false).takeAsync(1)),
        ZIPPED_PARTITIONS(
                test -> test.elements().zipPartitions(test.elements(), (_, _) -> endless(1L).iterator()).countAsync()),
        PIPE(test -> test.elements().pipe("yes").map(x -> begun(x)).countAsync()),
        CARTESIAN(test ->
                test.context
                        .range(0, Long.MAX_VALUE, 1, 1)
                        .cartesian(test.context.range(0, Long.MAX_VALUE, 1, 2))
                        .map(x -> begun(x))
                        .countAsync()),
        SLOWLY_FROM_MEMORY(test -> test.slowly(test.kept(StorageLevel.MEMORY_ONLY))),
        SLOWLY_FROM_DISK(test -> test.slowly(test.kept(StorageLevel.DISK_ONLY))),
        SLOWLY_FROM_A_CHECKPOINT(test -> test.slowly(test.checkpointed())),
        SLOWLY_FROM_A_SHUFFLE(test -> test.slowly(test.many().repartition(2))),
        SLOWLY_FROM_GROUPS(test -> test.slowly(test.many().groupBy(x -> x, 2).keys())),
        SLOWLY_FROM_A_SORT(test -> test.slowly(test.many().sortBy(x -> -x, true, 2))),
        SLOWLY_FROM_TEXT(test -> test.slowly(test.text()));

        private final int tasks;
        private final Function<EndlessProgramsTest, JobFuture<?>> start;

        Program(Function<EndlessProgramsTest, JobFuture<?>> start) {
            this(TASKS, start);
        }

        Program(int tasks, Function<EndlessProgramsTest, JobFuture<?>> start) {
            this.tasks = tasks;
            this.start = start;
        }
    }

    private CapstanContext context;

    @ParameterizedTest
    @EnumSource
    void aCancelledTaskEndsSoonWhateverItTakesFrom(Program program) throws InterruptedException {
        ends(program, true);
    }

    @ParameterizedTest
    @EnumSource
    void andSoItDoesWhenElementsAreAskedForOneByOne(Program program) throws InterruptedException {
        ends(program, false);
    }

    private void ends(Program program, boolean fused) throws InterruptedException {
        running = new CountDownLatch(program.tasks);
        ended = new CountDownLatch(program.tasks);
        context =
                CapstanContext.builder()
                        .master("local[2]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.pipeline.fused", String.valueOf(fused))
                        .create();
        try (CapstanContext opened = context) {
            JobFuture<?> job = program.start.apply(this);
            assertThat(running.await(BOUND.toSeconds(), TimeUnit.SECONDS)).as("its tasks run").isTrue();
            job.cancel("enough");
            assertThatThrownBy(() -> job.get(BOUND)).isInstanceOf(JobCancelledException.class);
            assertThat(ended.await(BOUND.toSeconds(), TimeUnit.SECONDS)).as("its tasks end").isTrue();
            assertThat(opened.range(0, 10, 1, 2).count()).isEqualTo(10);
        }
    }

    private Rdd<Long> elements() {
        return context.range(0, TASKS, 1, TASKS);
    }

    private Rdd<Long> many() {
        return context.range(0, 1_000_000, 1, TASKS);
    }

    private Rdd<Long> kept(StorageLevel level) {
        Rdd<Long> kept = many().persist(level);
        assertThat(kept.count()).isEqualTo(1_000_000);
        return kept;
    }

    private Rdd<Long> checkpointed() {
        context.setCheckpointDir(directory.toString());
        Rdd<Long> checkpointed = many().map(x -> x + 1);
        checkpointed.checkpoint();
        assertThat(checkpointed.count()).isEqualTo(1_000_000);
        return checkpointed;
    }

    private Rdd<String> text() {
        try {
            return context.textFile(Files.writeString(directory.resolve("text"), "abc\n".repeat(1_000_000)).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An hour for all of them. */
    private JobFuture<?> slowly(Rdd<?> elements) {
        return elements.map(
                        element -> {
                            Thread.sleep(3);
                            return begun(element);
                        })
                .countAsync();
    }

    private static <T> Iterable<T> endless(T element) {
        return () ->
                new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return true;
                    }

                    @Override
                    public T next() {
                        return begun(element);
                    }
                };
    }

    /** Its first call in a task tells that the task runs, and sees that its end is told. */
    private static <T> T begun(T element) {
        TaskContext task = TaskContext.current();
        if (TOLD.get() != task) {
            TOLD.set(task);
            task.onCompletion(ended::countDown);
            running.countDown();
        }
        return element;
    }

    private static final ThreadLocal<TaskContext> TOLD = new ThreadLocal<>();
}

package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.driver.job.JobProperties;
import dev.capstan.driver.job.JobRequest;
import dev.capstan.driver.job.JobRunner;
import dev.capstan.driver.job.PromisedJob;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.broadcast.DriverBroadcasts;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.NotSerializableClosureException;
import dev.capstan.kernel.serialization.SerializationException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;

class CapstanContextTest {
    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static int here() {
        return Thread.currentThread().getStackTrace()[2].getLineNumber();
    }

    // ---- what is refused at the call

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    @SuppressWarnings("NullAway")
    void argumentsThatCannotBeMeantAreRefusedAtTheCall() {
        Rdd<Long> numbers = context.range(10);
        PairRdd<Long, Long> pairs = numbers.mapToPair(n -> Pair.of(n, n));
        refused(() -> numbers.map(null), "map needs a function, not null");
        refused(() -> numbers.filter(null), "filter needs a function, not null");
        refused(() -> pairs.reduceByKey(null), "reduceByKey needs a function, not null");
        refused(() -> numbers.aggregate(0, (a, b) -> a, null), "aggregate needs a function, not null");
        refused(() -> numbers.union(null), "union needs a dataset, not null");
        refused(() -> pairs.join(null), "a join needs a dataset, not null");
        refused(() -> context.parallelize(null), "parallelize needs a collection, not null");
        refused(() -> context.textFile(null), "textFile needs a path, not null");
        refused(() -> context.range(0, 1, 1, 0), "range: the number of partitions must be at least 1, not 0");
        refused(() -> context.range(0, 1, 0, 1), "the step of a range must not be 0");
        refused(() -> numbers.repartition(-1), "repartition: the number of partitions must be at least 1, not -1");
        refused(() -> numbers.coalesce(0), "coalesce: the number of partitions must be at least 1, not 0");
        refused(() -> pairs.groupByKey(0), "groupByKey: the number of partitions must be at least 1, not 0");
        refused(() -> numbers.take(-1), "take cannot take -1 elements; the number must not be negative");
        refused(
                () -> numbers.cache().persist(StorageLevel.MEMORY_ONLY_SER),
                "the dataset 'range' (id 0) is kept as MEMORY_ONLY already; call unpersist() before"
                        + " persist(MEMORY_ONLY_SER)");
        try (ContextFixture other = ContextFixture.create()) {
            refused(
                    () -> numbers.union(other.context().range(1)),
                    "union: the dataset 'range' (id 0) belongs to another context; datasets of one context only can be"
                            + " combined");
        }
    }

    @Test
    void zipNeedsDatasetsThatAreCutAlike() {
        Rdd<Long> two = context.range(0, 10, 1, 2);
        assertThatThrownBy(() -> two.zip(context.range(0, 10, 1, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 2 and")
                .hasMessageContaining("has 3");
        assertThatThrownBy(() -> two.zip(context.range(0, 9, 1, 2).name("short")).collect())
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("in partition 1 the dataset 'short' (id 3")
                .hasMessageContaining("has only 4 and the dataset 'range' (id 0");
    }

    @Test
    void anElementThatCannotBeSerializedIsNamedWhereTheDatasetIsMade() {
        int line = here() + 1;
        assertThatThrownBy(() -> context.parallelize(List.of("a", new Object())))
                .isInstanceOf(SerializationException.class)
                .hasMessage(
                        "parallelize at CapstanContextTest.java:"
                                + line
                                + ": element 1: cannot serialize an instance of java.lang.Object: the class does not"
                                + " implement java.io.Serializable; let it, or make it a record");
    }

    @Test
    void elementsAreCopiedWhenTheDatasetIsMade() {
        List<List<Integer>> mine = new ArrayList<>(List.of(new ArrayList<>(List.of(1))));
        Rdd<List<Integer>> dataset = context.parallelize(mine);
        mine.getFirst().add(2);
        mine.clear();
        assertThat(dataset.collect()).containsExactly(List.of(1));
    }

    // ---- functions

    @Test
    void aDatasetInsideAFunctionIsRefusedWithAdvice() {
        Rdd<Long> lines = context.range(10).name("lines");
        int line = here() + 1;
        Throwable refused = catchThrowable(() -> context.range(3).map(n -> n + lines.count()));
        assertThat(refused)
                .isInstanceOf(NotSerializableClosureException.class)
                .hasMessage(
                        "map at CapstanContextTest.java:"
                                + line
                                + ": the function uses the dataset 'lines' (id 0), which exists in the driver only\n"
                                + "    variable 'lines' → the dataset 'lines' (id 0)\n"
                                + "Datasets and the context cannot be used inside tasks. Combine datasets with join or"
                                + " cogroup, or collect() the smaller one first and use the result.");
    }

    @Test
    void theContextInsideAFunctionIsRefused() {
        CapstanContext local = context;
        assertThatThrownBy(() -> context.range(3).filter(n -> local.isStopped()))
                .hasMessageContaining("the function uses the context, which exists in the driver only")
                .hasMessageContaining("variable 'local' → the context");
    }

    @Test
    void aHandleCannotBeSerialized() {
        Rdd<Long> numbers = context.range(3);
        assertThatThrownBy(() -> new JavaSerializer().serialize(numbers)).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> new CompactSerializer().serialize(numbers)).isInstanceOf(SerializationException.class);
    }

    @Test
    void aFailingFunctionFailsTheJobWithItsMessage() {
        assertThatThrownBy(() -> context.range(3).map(n -> 1 / (n - 1)).collect())
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("java.lang.ArithmeticException: / by zero");
    }

    // ---- depth

    @Test
    void aLineageThatIsTooDeepIsRefusedBeforeTheJob() {
        Rdd<Long> numbers = context.range(3);
        for (int i = 0; i < 20_000; i++) {
            numbers = numbers.map(n -> n + 1);
        }
        Rdd<Long> deep = numbers;
        refused(
                deep::count,
                deep.lineage().label()
                        + " has 20001 steps in one stage, more than the limit of 2000: raise capstan.lineage.maxSteps"
                        + " together with capstan.executor.taskStack, or cut the lineage by a shuffle (repartition) now"
                        + " and then; checkpoint() will do it without one");
        assertThat(deep.toDebugString().lines()).hasSize(1001);
        assertThat(fixture.runner().launched()).isZero();
    }

    // ---- life

    @Test
    void everythingAfterTheEndSaysWhereTheEndWas() {
        Rdd<Long> numbers = context.range(3);
        int line = here() + 1;
        context.stop();
        context.close();
        String message = "this context was stopped at CapstanContextTest.java:" + line;
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(
                        () -> context.range(1),
                        () -> numbers.map(n -> n),
                        numbers::count,
                        numbers::collectAsync,
                        () -> context.cancelAllJobs("x"))) {
            assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage(message);
        }
    }

    // ---- properties of jobs

    @Test
    void jobsCarryThePropertiesOfTheirThread() throws InterruptedException {
        context.setJobGroup("nightly", "the nightly run", true);
        context.addTag("b");
        context.addTag("a");
        context.setPool("slow");
        int line = here() + 1;
        context.range(3).count();
        AtomicReference<Set<String>> inherited = new AtomicReference<>();
        Thread child =
                new Thread(() -> {
                    inherited.set(context.tags());
                    context.addTag("c");
                });
        child.start();
        child.join();
        context.withJobProperties(() -> {
            context.clearJobGroup();
            context.removeTag("a");
            return context.range(3).count();
        });
        context.range(3).collect();
        List<JobProperties> jobs = fixture.runner().properties();
        assertThat(jobs.getFirst().toString())
                .isEqualTo(
                        "JobProperties[name=the nightly run, callSite=CapstanContextTest.java:"
                                + line
                                + ", group=nightly, tags=[a, b], pool=slow, interruptOnCancel=true]");
        assertThat(jobs).extracting(JobProperties::group).containsExactly("nightly", "", "nightly");
        assertThat(jobs).extracting(job -> job.tags().toString()).containsExactly("[a, b]", "[b]", "[a, b]");
        assertThat(inherited.get()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void tagsAndInterruptsCanBeSetApartFromAGroup() {
        context.addTag("a");
        context.setInterruptOnCancel(true);
        context.range(3).count();
        context.clearTags();
        context.setInterruptOnCancel(false);
        context.range(3).count();
        List<JobProperties> jobs = fixture.runner().properties();
        assertThat(jobs).extracting(JobProperties::tags).containsExactly(Set.of("a"), Set.of());
        assertThat(jobs).extracting(JobProperties::interruptOnCancel).containsExactly(true, false);
    }

    // ---- futures

    /** Holds all jobs until a test completes them. */
    private static final class WaitingRunner implements JobRunner {
        final List<PromisedJob<Object>> jobs = new ArrayList<>();
        final List<JobProperties> properties = new ArrayList<>();

        @Override
        @SuppressWarnings("unchecked")
        public <T, U> JobFuture<List<U>> submit(JobRequest<T, U> request) {
            List<PromisedJob<Object>> self = new ArrayList<>();
            PromisedJob<Object> job =
                    new PromisedJob<>(
                            new JobId(jobs.size()),
                            reason -> self.getFirst().fail(new JobCancelledException("cancelled: " + reason)));
            self.add(job);
            jobs.add(job);
            properties.add(request.properties());
            return (JobFuture<List<U>>) (JobFuture<?>) job;
        }

        @Override
        public void unpersist(DatasetId dataset) {}

        @Override
        public void cancelStage(StageId stage, String reason) {
            // no stage ever runs here
        }

        @Override
        public Optional<DagView> status() {
            return Optional.empty();
        }

        @Override
        public String explain() {
            return "nothing runs here";
        }

        @Override
        public DriverBroadcasts broadcasts() {
            throw new UnsupportedOperationException("nothing runs here");
        }

        @Override
        public Accumulators accumulators() {
            return new Accumulators(new CompactSerializer(), getClass().getClassLoader());
        }

        @Override
        public void cancel(Predicate<JobProperties> chosen, String reason) {}

        @Override
        public void close() {}
    }

    private final WaitingRunner waiting = new WaitingRunner();
    private final CapstanContext slow =
            new CapstanContext(
                    waiting,
                    new ContextDefaults(4, new CompactSerializer(), getClass().getClassLoader(), 100, 128 << 20));

    @Test
    void asyncActionsAnswerWhenTheirJobIsDone() throws InterruptedException {
        JobFuture<Long> count = slow.range(10).countAsync();
        assertThat(count.isDone()).isFalse();
        waiting.jobs.getFirst().succeed(List.of(3L, 4L));
        assertThat(count.get()).isEqualTo(7);
        JobFuture<List<Long>> all = slow.range(10).collectAsync();
        waiting.jobs.get(1).succeed(List.of(List.of(1L), List.of(2L, 3L)));
        assertThat(all.get()).containsExactly(1L, 2L, 3L);
        assertThat(all.cancel("too late")).isFalse();
    }

    @Test
    void takeAsyncGoesOnFromJobToJobAndCanBeCancelledBetween() throws InterruptedException {
        JobFuture<List<Long>> take = slow.range(10).takeAsync(3);
        waiting.jobs.getFirst().succeed(List.of(List.of(1L)));
        assertThat(take.isDone()).isFalse();
        waiting.jobs.get(1).succeed(List.of(List.of(2L), List.of(3L, 4L), List.of(5L)));
        assertThat(take.get()).containsExactly(1L, 2L, 3L);

        JobFuture<List<Long>> cancelled = slow.range(10).takeAsync(3);
        waiting.jobs.get(2).succeed(List.of(List.of(1L)));
        assertThat(cancelled.cancel("enough")).isTrue();
        assertThatThrownBy(cancelled::get).isInstanceOf(JobCancelledException.class).hasMessage("cancelled: enough");
    }

    @Test
    void allJobsOfATakeCarryThePropertiesOfItsCaller() {
        slow.setJobGroup("mine", "", false);
        slow.range(10).takeAsync(3);
        slow.clearJobGroup();
        waiting.jobs.getFirst().succeed(List.of(List.of(1L)));
        assertThat(waiting.properties).hasSize(2);
        assertThat(waiting.properties.get(1)).isEqualTo(waiting.properties.get(0));
        assertThat(waiting.properties.get(1).group()).isEqualTo("mine");
    }

    @Test
    void anInterruptOfTheWaitingThreadCancelsTheJob() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> slow.range(10).count())
                .isInstanceOf(JobCancelledException.class)
                .hasMessage("count was cancelled because the thread that waited for it was interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(waiting.jobs.getFirst().isDone()).isTrue();
    }

    // ---- files

    @TempDir Path directory;

    @Test
    void textIsSavedAsAWholeAndReadAgain() throws IOException {
        Path target = directory.resolve("out");
        Rdd<Long> numbers = context.range(0, 10, 1, 3);
        numbers.saveAsTextFile(target.toString());
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly("_SUCCESS", "part-00000", "part-00001", "part-00002");
        }
        assertThat(context.textFile(target.toString()).collect()).isEqualTo(numbers.map(String::valueOf).collect());
        refused(
                () -> numbers.saveAsTextFile(target.toString()),
                "saveAsTextFile: the directory " + target + " is not empty; delete it or choose another one");
    }

    @Test
    void aFailedSaveLeavesNothing() {
        Path target = directory.resolve("failed");
        Rdd<Long> failing = context.range(0, 10, 1, 3).map(n -> 1 / (n - 8));
        assertThatThrownBy(() -> failing.saveAsTextFile(target.toString())).isInstanceOf(JobFailedException.class);
        assertThat(target).doesNotExist();
    }

    @Test
    void aMissingFileIsNamedAtTheCall() {
        refused(
                () -> context.textFile(directory + "/none.txt"),
                "textFile: there is no file or directory " + directory + "/none.txt");
    }
}

package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.Partitioner;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskContext;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs whose own classes and listeners fail where the driver relies on them; nothing may hang. */
@Tag("live")
@Timeout(60)
class HostileProgramsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** Where tasks and tests meet. */
    private static final Map<String, CountDownLatch> LATCHES = new ConcurrentHashMap<>();

    private static ContextBuilder local() {
        return CapstanContext.builder().master("local[2]").conf("capstan.console.progress", "false");
    }

    private static void goesOn(CapstanContext context) throws InterruptedException, TimeoutException {
        assertThat(context.range(0, 10, 1, 2).countAsync().get(BOUND)).isEqualTo(10);
    }

    @Test
    void aListenerThatThrowsEndsNoJob() throws InterruptedException, TimeoutException {
        try (CapstanContext context =
                local().listener(
                                event -> {
                                    throw new IllegalStateException("the listener's trouble with " + event);
                                })
                        .create()) {
            goesOn(context);
            goesOn(context);
        }
    }

    @Test
    void aListenerMayCloseTheContextAndEveryJobEnds() {
        var opened = new CompletableFuture<CapstanContext>();
        CapstanContext context =
                local().listener(
                                event -> {
                                    if (event instanceof JobEvent.StageStarted) {
                                        opened.join().close();
                                    }
                                })
                        .create();
        opened.complete(context);
        JobFuture<Long> job = context.range(0, 10, 1, 2).countAsync();
        assertThatThrownBy(() -> job.get(BOUND)).hasMessageContaining("the context was stopped");
    }

    /** Can be written, but an error comes of reading it. */
    private static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1L;

        private Object readResolve() {
            throw new AssertionError("not to be read");
        }
    }

    @Test
    void aResultWhoseReadingIsAnErrorIsToldToWhoeverWaitsOrCalledBack()
            throws InterruptedException, ExecutionException, TimeoutException {
        try (CapstanContext context = local().create()) {
            JobFuture<List<Unreadable>> job = context.range(0, 4, 1, 2).map(x -> new Unreadable()).collectAsync();
            var told = new CompletableFuture<Throwable>();
            job.whenDone((_, failure) -> told.complete(failure));
            assertThat(told.get(BOUND.toSeconds(), TimeUnit.SECONDS)).hasMessageContaining("not to be read");
            assertThatThrownBy(() -> job.get(BOUND))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("cannot be read");
            assertThatThrownBy(() -> context.range(0, 4, 1, 2).map(x -> new Unreadable()).takeAsync(3).get(BOUND))
                    .isInstanceOf(JobFailedException.class);
            goesOn(context);
        }
    }

    private static final class Mute extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new AssertionError("no message");
        }
    }

    @Test
    void anExceptionThatCannotTellItsMessageFailsItsJobAndTheContextGoesOn()
            throws InterruptedException, TimeoutException {
        try (CapstanContext context = local().create()) {
            JobFuture<Long> job =
                    context.range(0, 4, 1, 2)
                            .map(x -> {
                                throw new Mute();
                            })
                            .countAsync();
            assertThatThrownBy(() -> job.get(BOUND)).hasMessageContaining("its message cannot be told");
            goesOn(context);
        }
    }

    @Test
    void aTimeoutOfAnyLengthWillDo() throws InterruptedException, TimeoutException {
        try (CapstanContext context = local().create()) {
            assertThat(context.range(10).countAsync().get(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(10);
            assertThat(context.range(10).collectAsync().get(Duration.ofSeconds(Long.MAX_VALUE))).hasSize(10);
        }
    }

    @Test
    void aThreadWithoutAContextClassLoaderMayMakeAContext() throws InterruptedException, TimeoutException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(null);
        try (CapstanContext context = local().create()) {
            goesOn(context);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void morePartitionsThanADriverCanHoldAreRefusedAndTheContextGoesOn() throws InterruptedException, TimeoutException {
        try (CapstanContext context = local().create()) {
            assertThatThrownBy(() -> context.range(0, 8, 1, Integer.MAX_VALUE).take(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most");
            goesOn(context);
        }
    }

    /** A dataset of a user who has a bug where the driver asks. */
    private static final class Buggy extends Lineage<Integer> {
        private static final long serialVersionUID = 1L;
        private final boolean slices;

        Buggy(Origin origin, boolean slices) {
            super(origin, 2, List.of(), null);
            this.slices = slices;
        }

        @Override
        public List<String> preferredHosts(int partition) {
            throw new IllegalStateException("no hosts");
        }

        @Override
        public Optional<SourceSlice> slice(int partition) {
            if (slices) {
                throw new IllegalStateException("no slice");
            }
            return Optional.empty();
        }

        @Override
        protected Iterator<Integer> compute(int partition, TaskContext task) {
            if (slices) {
                task.slice(id(), partition);
            }
            return Collections.singleton(partition).iterator();
        }
    }

    @Test
    void aDatasetThatCannotNameItsHostsRunsAnywhere() throws InterruptedException, TimeoutException {
        try (CapstanContext context = local().create()) {
            assertThat(context.dataset("buggy", origin -> new Buggy(origin, false)).collectAsync().get(BOUND))
                    .containsExactly(0, 1);
            goesOn(context);
        }
    }

    @Test
    void aDatasetThatCannotGiveItsSourceDataFailsItsJobAndTheContextGoesOn()
            throws InterruptedException, TimeoutException {
        try (CapstanContext context = local().create()) {
            JobFuture<Long> job = context.dataset("buggy", origin -> new Buggy(origin, true)).countAsync();
            assertThatThrownBy(() -> job.get(BOUND)).hasMessageContaining("source data of partition");
            goesOn(context);
        }
    }

    @Test
    void aFailedSaveLeavesNothingBehind(@TempDir Path directory) {
        try (CapstanContext context = local().create()) {
            assertThatThrownBy(() ->
                            context.range(0, 40, 1, 8)
                                    .map(x -> {
                                        if (x == 21) {
                                            throw new IOException("a bad element");
                                        }
                                        return x;
                                    })
                                    .saveAsTextFile(directory.resolve("new/deep").toString()))
                    .hasMessageContaining("a bad element");
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void aFailedSaveLeavesADirectoryThatWasThere(@TempDir Path directory) throws IOException {
        Path target = Files.createDirectory(directory.resolve("mine"));
        try (CapstanContext context = local().create()) {
            assertThatThrownBy(() ->
                            context.range(4)
                                    .map(x -> {
                                        throw new IOException("a bad element");
                                    })
                                    .saveAsTextFile(target.toString()))
                    .hasMessageContaining("a bad element");
            assertThat(target).isEmptyDirectory();
        }
    }

    @Test
    void aCancelledSaveLeavesNothingBehind(@TempDir Path directory)
            throws InterruptedException, ExecutionException, TimeoutException {
        var reached = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        LATCHES.put("reached", reached);
        LATCHES.put("release", release);
        try (CapstanContext context = local().create()) {
            var ended = new CompletableFuture<Throwable>();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            context.range(0, 100, 1, 4)
                                    .map(x -> {
                                        if (x == 40) {
                                            LATCHES.get("reached").countDown();
                                            LATCHES.get("release").await();
                                        }
                                        return x;
                                    })
                                    .saveAsTextFile(directory.resolve("out").toString());
                            ended.complete(new AssertionError("it was saved"));
                        } catch (RuntimeException e) {
                            ended.complete(e);
                        }
                    });
            assertThat(reached.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
            context.cancelAllJobs("enough");
            assertThat(ended.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(JobCancelledException.class);
            release.countDown();
            goesOn(context);
            assertThat(directory).isEmptyDirectory();
        } finally {
            release.countDown();
        }
    }

    @Test
    void aSaveWhoseDirectoryIsDeletedMeanwhileSaysWhatFailed(@TempDir Path directory) {
        Path target = directory.resolve("out");
        String text = target.toString();
        try (CapstanContext context = local().create()) {
            assertThatThrownBy(() ->
                            context.range(0, 4, 1, 1)
                                    .map(x -> {
                                        Path gone = Path.of(text);
                                        if (Files.exists(gone)) {
                                            Files.move(gone, gone.resolveSibling("elsewhere"));
                                        }
                                        return x;
                                    })
                                    .saveAsTextFile(text))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage(
                            "saveAsTextFile cannot write to "
                                    + target
                                    + ": the directory, or what was written to it, was removed while it was saved");
        }
    }

    private record SendsTo(int partition) implements Partitioner {
        @Override
        public int partitions() {
            return 3;
        }

        @Override
        public int partitionOf(Object key) {
            return partition;
        }
    }

    @Test
    void aPartitionerThatNamesAPartitionThatIsNotThereIsToldWithItsKey() throws InterruptedException, TimeoutException {
        try (CapstanContext context = local().create()) {
            for (int wrong : List.of(-1, 3)) {
                JobFuture<Long> job =
                        context.range(42, 44, 1, 2)
                                .mapToPair(x -> Pair.of(x, x))
                                .partitionBy(new SendsTo(wrong))
                                .countAsync();
                assertThatThrownBy(() -> job.get(BOUND))
                        .hasMessageContaining(
                                "the partitioner SendsTo[partition=" + wrong + "] gives partition " + wrong)
                        .hasMessageContaining("to the key 4");
            }
            goesOn(context);
        }
    }
}

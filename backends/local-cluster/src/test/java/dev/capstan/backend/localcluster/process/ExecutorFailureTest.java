package dev.capstan.backend.localcluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.file.FileTree;
import dev.capstan.testing.Await;
import dev.capstan.testing.CapturedLog;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.stream.Stream;

@Tag("process")
@Timeout(120)
class ExecutorFailureTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir private Path directory;

    @AfterEach
    void noProcessIsLeftBehind() {
        assertThat(Await.until(() -> Signals.executors().isEmpty(), BOUND)).as("%s", Signals.executors()).isTrue();
    }

    private ContextBuilder builder(String master) {
        return CapstanContext.builder()
                .master(master)
                .conf("capstan.console.progress", "false")
                .conf("capstan.executor.logDir", directory.resolve("logs").toString())
                .conf("capstan.local.dirs", directory.resolve("local").toString());
    }

    private CapstanContext twoExecutors() {
        return builder("local-cluster[2,1,128]").create();
    }

    private String marker(String name) {
        return directory.resolve(name).toString();
    }

    private List<Path> logs() throws IOException {
        if (!Files.exists(directory.resolve("logs"))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory.resolve("logs"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void anExecutorKilledWhileItMapsCostsNoResult() {
        String marker = marker("map");
        try (CapstanContext context = twoExecutors()) {
            long sum =
                    context.range(0, 1_000, 1, 8)
                            .map(x -> {
                                if (x == 500) {
                                    Signals.killOwnProcessOnce(marker);
                                }
                                return x;
                            })
                            .mapToPair(x -> Pair.of(x % 10, x))
                            .reduceByKey(Long::sum, 4)
                            .values()
                            .reduce(Long::sum);
            assertThat(sum).isEqualTo(499_500);
        }
    }

    @Test
    void anExecutorKilledWhileItReducesCostsNoResult() {
        String marker = marker("reduce");
        try (CapstanContext context = twoExecutors()) {
            long sum =
                    context.range(0, 1_000, 1, 8)
                            .mapToPair(x -> Pair.of(x % 10, x))
                            .reduceByKey(Long::sum, 4)
                            .map(pair -> {
                                if (pair.key() == 7) {
                                    Signals.killOwnProcessOnce(marker);
                                }
                                return pair.value();
                            })
                            .reduce(Long::sum);
            assertThat(sum).isEqualTo(499_500);
        }
    }

    @Test
    void anExecutorThatMustBeKilledAtTheEndLeavesNoFilesOfItsData() throws IOException {
        Path data = directory.resolve("data");
        try (CapstanContext context =
                builder("local-cluster[1,1,128]").conf("capstan.local.dirs", data.toString()).create()) {
            assertThat(context.range(0, 1_000, 1, 2).persist(StorageLevel.DISK_ONLY).count()).isEqualTo(1_000);
            Signals.executors().forEach(executor -> Signals.send("STOP", executor.pid()));
        }
        try (Stream<Path> left = Files.walk(data)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void whatOnlyAKilledExecutorHadCachedIsComputedAgain() {
        try (CapstanContext context = twoExecutors()) {
            Rdd<Long> cached = context.range(0, 1_000, 1, 8).map(x -> x * 2);
            cached.cache();
            assertThat(cached.count()).isEqualTo(1_000);
            Signals.executors().forEach(executor -> Signals.send("KILL", executor.pid()));
            assertThat(cached.reduce(Long::sum)).isEqualTo(999_000);
        }
    }

    @Test
    void aFrozenExecutorIsReplacedAndWhatItSaysLateCountsNowhere() throws InterruptedException, TimeoutException {
        String frozen = marker("frozen");
        String go = marker("go");
        try (CapstanContext context =
                builder("local-cluster[2,1,128]")
                        .conf("capstan.executor.heartbeatInterval", "300ms")
                        .conf("capstan.executor.heartbeatTimeout", "2s")
                        .create()) {
            var seen = context.longAccumulator("seen");
            JobFuture<Long> job =
                    context.range(0, 8, 1, 8)
                            .map(x -> {
                                seen.add(1L);
                                if (x == 0 && !Files.exists(Path.of(frozen))) {
                                    Files.writeString(Path.of(frozen), Long.toString(ProcessHandle.current().pid()));
                                    while (!Files.exists(Path.of(go))) {
                                        LockSupport.parkNanos(1_000_000);
                                    }
                                }
                                return x;
                            })
                            .countAsync();
            assertThat(Await.until(() -> hasText(frozen), BOUND)).isTrue();
            ProcessHandle executor = ProcessHandle.of(Long.parseLong(text(frozen))).orElseThrow();
            Signals.send("STOP", executor.pid());
            assertThat(job.get(BOUND)).isEqualTo(8);
            assertThat(Files.exists(Path.of(go))).isFalse();
            write(go);
            Signals.send("CONT", executor.pid());
            Signals.awaitEnd(executor, BOUND);
            assertThat(seen.value()).isEqualTo(8);
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
        }
    }

    @Test
    void theLogSaysWhichExecutorsCameAndWhichWentAndWhy() {
        try (CapturedLog log = CapturedLog.of("dev.capstan.driver.runtime.JobDesk", Level.INFO);
                CapstanContext context = builder("local-cluster[1,2,128]").create()) {
            assertThat(context.range(0, 10, 1, 2).count()).isEqualTo(10);
            assertThat(log.lines(Level.INFO)).containsExactly("executor-0 has registered: host 127.0.0.1, {cpus 2}");
            Signals.executors().forEach(executor -> Signals.send("KILL", executor.pid()));
            assertThat(Await.until(() -> log.lines(Level.INFO).size() == 3, BOUND)).isTrue();
            assertThat(log.lines(Level.INFO))
                    .satisfiesExactly(
                            _ -> {},
                            gone -> assertThat(gone).startsWith("executor-0 is gone: killed: its process "),
                            next -> assertThat(next).startsWith("executor-1 has registered: "));
        }
    }

    private static boolean hasText(String file) {
        return Files.exists(Path.of(file)) && !text(file).isEmpty();
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(String file) {
        try {
            Files.createFile(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void memoryAndStackThatRunOutInATaskFailTheTaskWithTheirNames() throws IOException {
        String dumps = directory.resolve("dumps").toString();
        try (CapstanContext context =
                builder("local-cluster[1,1,64]")
                        .conf("capstan.executor.heapDump", dumps)
                        .conf("capstan.task.maxFailures", "1")
                        .create()) {
            assertThatThrownBy(() -> context.range(0, 1, 1, 1).map(_ -> new long[1 << 28].length).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("OutOfMemoryError")
                    .hasMessageContaining("its heap was written to " + dumps + "/java_pid");
            assertThatThrownBy(() -> context.range(0, 1, 1, 1).map(ExecutorFailureTest::endless).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("StackOverflowError");
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            try (Stream<Path> dumped = Files.list(Path.of(dumps))) {
                assertThat(dumped).anyMatch(file -> file.toString().endsWith(".hprof"));
            }
        }
    }

    private static long endless(long x) {
        return x < 0 ? x : endless(x + 1) + 1;
    }

    @Test
    void aTaskThatEndsItsExecutorAgainAndAgainFailsTheJobWithTheLastLinesOfItsLog() throws IOException {
        try (CapstanContext context = twoExecutors()) {
            Rdd<Long> ending =
                    context.range(0, 4, 1, 4)
                            .map(x -> {
                                System.out.println("my last words");
                                Runtime.getRuntime().halt(77);
                                return x;
                            });
            assertThatThrownBy(ending::count)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("executor lost: crashed: its process")
                    .hasMessageContaining("ended with code 77")
                    .hasMessageContaining("my last words")
                    .hasMessageContaining(directory.resolve("logs").toString());
            assertThat(context.range(0, 100, 1, 4).count()).as("the context can be used on").isEqualTo(100);
        }
        assertThat(logs()).as("what crashed keeps its log").anyMatch(path -> text(path.toString()).contains("words"));
    }

    @Test
    void whatEndsWellLeavesNoLog() throws IOException {
        try (CapstanContext context = twoExecutors()) {
            context.range(0, 4, 1, 4).foreach(_ -> System.out.println("seen by nobody"));
            assertThat(logs()).anyMatch(path -> text(path.toString()).contains("seen by nobody"));
        }
        try (Stream<Path> left = Files.list(directory.resolve("logs"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void executorsThatCannotStartFailTheJobInsteadOfStartingForEver() {
        try (CapstanContext context =
                builder("local-cluster[2,1,128]").conf("capstan.executor.javaOpts", "-XX:+NoSuchOption").create()) {
            assertThatThrownBy(() -> context.range(10).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("cannot be started")
                    .hasMessageContaining("NoSuchOption");
        }
    }

    @Test
    void moreMemoryThanTheMachineHasIsAnErrorThatSaysSo() {
        try (CapstanContext context =
                builder("local-cluster[1,1,128]")
                        .conf("capstan.executor.javaOpts", "-Xms9000g -Xmx9000g -XX:+AlwaysPreTouch")
                        .create()) {
            assertThatThrownBy(() -> context.range(10).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("cannot be started");
        }
    }

    @Test
    void aFullDiskFailsTheJobWithItsNameAndTheContextGoesOn() throws IOException, InterruptedException {
        Path small = Files.createDirectory(directory.resolve("small"));
        int code =
                new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString())
                        .redirectErrorStream(true)
                        .start()
                        .waitFor();
        assumeTrue(code == 0, "mounting takes the rights of root");
        try {
            try (CapstanContext context =
                    builder("local-cluster[2,1,64]").conf("capstan.local.dirs", small.toString()).create()) {
                PairRdd<Long, byte[]> much =
                        context.range(0, 600, 1, 4)
                                .mapToPair(x -> {
                                    var random = new byte[1 << 17];
                                    new Random(x).nextBytes(random);
                                    return Pair.of(x, random);
                                });
                assertThatThrownBy(() -> much.groupByKey(4).count())
                        .isInstanceOf(JobFailedException.class)
                        .hasMessageContaining(small.toString())
                        .hasMessageContaining("capstan.local.dirs");
                assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            }
            try (Stream<Path> left = Files.list(small)) {
                assertThat(left.filter(path -> path.getFileName().toString().matches("capstan-\\d.*"))).isEmpty();
            }
        } finally {
            new ProcessBuilder("umount", small.toString()).start().waitFor();
        }
    }

    @Test
    @Timeout(10)
    void aDirectoryForLocalDataThatCannotBeMadeIsRefusedAtOnceWithItsKey() {
        ContextBuilder nowhere = builder("local-cluster[2,1,64]").conf("capstan.local.dirs", "/proc/nope");
        assertThatThrownBy(nowhere::create)
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("capstan.local.dirs", "/proc/nope")
                .hasMessageNotContaining("\n");
        assertThat(noThreadOfTheWire()).isTrue();
        try (CapstanContext context =
                builder("local-cluster[1,1,64]")
                        .conf("capstan.local.dirs", "/proc/nope," + directory.resolve("local"))
                        .create()) {
            assertThat(context.range(0, 10, 1, 2).count()).isEqualTo(10);
        }
    }

    @Test
    void localDirectoriesThatAreRemovedUnderRunningExecutorsCostNoResult() throws IOException {
        try (CapstanContext context = twoExecutors()) {
            Rdd<Long> kept = context.range(0, 1_000, 1, 8).map(x -> x * 2).persist(StorageLevel.DISK_ONLY);
            for (int round = 0; round < 3; round++) {
                assertThat(kept.mapToPair(x -> Pair.of(x % 10, x)).reduceByKey(Long::sum, 4).values().reduce(Long::sum))
                        .isEqualTo(999_000);
                assertThat(directory.resolve("local")).exists();
                FileTree.remove(directory.resolve("local"));
            }
            assertThat(kept.count()).isEqualTo(1_000);
            assertThat(Signals.executors()).as("none was lost for it").hasSize(2);
        }
    }

    /**
     * {@code -Dprocess.kills=200} for the long run. Every few kills it waits for a task to end: where executors start
     * slowly none would ever come up, and that rightly fails the job.
     */
    @Test
    @Timeout(900)
    void killsAtRandomChangeNoResultOfAJobOfTwentyStages() throws InterruptedException, TimeoutException {
        int kills = Integer.getInteger("process.kills", 6);
        var random = new Random(kills);
        try (CapstanContext context =
                builder("local-cluster[3,1,128]").conf("capstan.stage.maxAttempts", "1000").create()) {
            int done = 0;
            var elements = context.longAccumulator("elements");
            while (done < kills) {
                JobFuture<List<Pair<Long, Long>>> job = twentyStages(context, elements).collectAsync();
                while (!job.isDone() && done < kills) {
                    if (done % 5 == 0) {
                        long before = elements.value();
                        assertThat(Await.until(() -> job.isDone() || elements.value() > before, BOUND.multipliedBy(2)))
                                .as("progress after %d kills", done)
                                .isTrue();
                    }
                    LockSupport.parkNanos(Duration.ofMillis(200 + random.nextInt(1_500)).toNanos());
                    List<ProcessHandle> executors = Signals.executors();
                    if (!executors.isEmpty() && !job.isDone()) {
                        Signals.send("KILL", executors.get(random.nextInt(executors.size())).pid());
                        done++;
                    }
                }
                List<Pair<Long, Long>> result = new ArrayList<>(job.get(Duration.ofMinutes(3)));
                assertThat(result).hasSize(16);
                assertThat(result.stream().mapToLong(Pair::value).sum()).as("after %d kills", done).isEqualTo(16_000);
            }
        }
    }

    private static PairRdd<Long, Long> twentyStages(CapstanContext context, LongAccumulator elements) {
        PairRdd<Long, Long> data =
                context.range(0, 16_000, 1, 6).mapToPair(x -> Pair.of(x % 16, 1L)).reduceByKey(Long::sum, 6);
        for (int stage = 2; stage < 20; stage++) {
            data =
                    data.mapToPair(
                                    pair -> {
                                        LockSupport.parkNanos(20_000_000);
                                        elements.add(1L);
                                        return Pair.of((pair.key() + 1) % 16, pair.value());
                                    })
                            .reduceByKey(Long::sum, 6);
        }
        return data;
    }

    @Test
    void aPortThatIsTakenAndAHostThatIsNotThereAreToldWithTheirKeysAndLeaveNoThread() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ContextBuilder driver =
                    builder("local-cluster[1,1,128]")
                            .conf("capstan.driver.port", Integer.toString(taken.getLocalPort()));
            assertThatThrownBy(driver::create)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("127.0.0.1:" + taken.getLocalPort(), "in use", "capstan.driver.port");
        }
        ContextBuilder nowhere = builder("local-cluster[1,1,128]").conf("capstan.driver.host", "no.such.host.invalid");
        assertThatThrownBy(nowhere::create)
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("no.such.host.invalid", "no such host", "capstan.driver.host");
        assertThat(Await.until(ExecutorFailureTest::noThreadOfTheWire, BOUND)).isTrue();
    }

    @Test
    void classesThatCannotBeHandedToExecutorsAreRefusedAndLeaveNoThread() throws IOException {
        ContextBuilder driver = builder("local-cluster[1,1,128]");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        URL remote = URI.create("http://127.0.0.1:1/classes.jar").toURL();
        try (var classes = new URLClassLoader(new URL[] {remote}, before)) {
            thread.setContextClassLoader(classes);
            assertThatThrownBy(driver::create)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the program's classes are at " + remote + ", which is no file");
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(Await.until(ExecutorFailureTest::noThreadOfTheWire, BOUND)).isTrue();
    }

    private static boolean noThreadOfTheWire() {
        return Thread.getAllStackTraces().keySet().stream().noneMatch(one -> one.getName().startsWith("capstan-wire"));
    }

    @Test
    void aFunctionThatEndsItsProcessIsNotTakenForWantOfMemory() {
        try (CapstanContext context =
                builder("local-cluster[1,1,128]").conf("capstan.task.maxFailures", "1").create()) {
            Rdd<Long> ends = context.range(0, 1, 1, 1).map(x -> exit(x));
            assertThatThrownBy(ends::count)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("ended with code 3, as when a function calls System.exit")
                    .hasMessageNotContaining("memory");
            assertThat(context.range(0, 10, 1, 2).count()).isEqualTo(10);
        }
    }

    private static long exit(long x) {
        System.exit(3);
        return x;
    }
}

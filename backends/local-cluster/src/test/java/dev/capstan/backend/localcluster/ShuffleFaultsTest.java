package dev.capstan.backend.localcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.engine.function.Pair;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Executors that die and files that go bad while a shuffle is read. */
@Tag("process")
@Timeout(120)
class ShuffleFaultsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int MAPS = 8;
    private static final int RECORDS = 16_000;
    private static final int VALUE_BYTES = 1_000;

    @TempDir Path directory;

    private final Queue<JobEvent> events = new ConcurrentLinkedQueue<>();
    private @Nullable CapstanContext context;

    /**
     * @param memoryFraction so small that map outputs go to disk, or not
     */
    private CapstanContext open(String memoryFraction, int fruitlessAttempts) {
        CapstanContext opened =
                CapstanContext.builder()
                        .master("local-cluster[2,1,128]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.local.dirs", directory.resolve("local").toString())
                        .conf("capstan.memory.fraction", memoryFraction)
                        .conf("capstan.shuffle.retryWait", "50ms")
                        .conf("capstan.stage.maxFruitlessAttempts", Integer.toString(fruitlessAttempts))
                        .listener(events::add)
                        .create();
        context = opened;
        assertThat(Await.until(() -> processes(opened).size() == 2, BOUND)).as("both executors are there").isTrue();
        return opened;
    }

    @AfterEach
    void close() {
        if (context != null) {
            context.close();
        }
        if (Files.exists(directory.resolve("local"))) {
            assertThat(dataFiles()).as("left by executors that ended in order").isEmpty();
        }
    }

    private static Set<Long> processes(CapstanContext context) {
        return new HashSet<>(context.range(0, 2, 1, 2).map(_ -> ProcessHandle.current().pid()).collect());
    }

    /** Of each map partition the process that has computed its output. */
    private static PairRdd<Long, Long> writers(CapstanContext context) {
        return context.range(0, MAPS, 1, MAPS)
                .mapToPair(partition -> Pair.of(partition, ProcessHandle.current().pid()))
                .reduceByKey((first, _) -> first, 3);
    }

    private static void kill(long process) {
        ProcessHandle handle = ProcessHandle.of(process).orElseThrow();
        assertThat(handle.destroyForcibly()).isTrue();
        assertThat(Await.until(() -> !handle.isAlive(), BOUND)).isTrue();
    }

    @Test
    void onlyTheOutputsOfTheLostExecutorAreComputedAgain() {
        CapstanContext driver = open("0.6", 4);
        PairRdd<Long, Long> writers = writers(driver);
        Map<Long, Long> before = new TreeMap<>(writers.collectAsMap());
        while (Set.copyOf(before.values()).size() < 2) { // one of the two was quick enough to do it all
            writers = writers(driver);
            before = new TreeMap<>(writers.collectAsMap());
        }
        long killed = before.get(0L);
        long lost = before.values().stream().filter(process -> process == killed).count();
        events.clear();
        kill(killed);
        Map<Long, Long> after = new TreeMap<>(writers.collectAsMap());
        before.forEach((partition, process) -> {
            if (process == killed) {
                assertThat(after.get(partition)).as("computed again").isNotEqualTo(killed);
            } else {
                assertThat(after.get(partition)).as("still there").isEqualTo(process);
            }
        });
        assertThat(after).hasSize(MAPS);
        assertThat(computedAgain()).as("tasks of the map stage that ran again").isEqualTo(lost);
    }

    /** How many tasks the map stage was started with; it has the lowest number. */
    private long computedAgain() {
        List<JobEvent.StageStarted> started =
                events.stream()
                        .filter(JobEvent.StageStarted.class::isInstance)
                        .map(JobEvent.StageStarted.class::cast)
                        .toList();
        var maps = started.stream().map(each -> each.stage().stage()).min(Comparator.naturalOrder());
        return started.stream()
                .filter(each -> each.stage().stage().equals(maps.orElseThrow()))
                .mapToLong(JobEvent.StageStarted::tasks)
                .sum();
    }

    private static byte[] value(long number) {
        byte[] bytes = new byte[VALUE_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    /** Some two megabytes from each map task. */
    private static PairRdd<Long, byte[]> values(CapstanContext driver) {
        return driver.range(0, RECORDS, 1, MAPS)
                .mapToPair(number -> Pair.of(number, value(number)))
                .reduceByKey((first, _) -> first, 4);
    }

    private static void areAllThere(Collection<Long> checked) {
        assertThat(checked.stream().sorted()).containsExactlyElementsOf(LongStream.range(0, RECORDS).boxed().toList());
    }

    private static Collection<Long> checked(PairRdd<Long, byte[]> values) {
        return values.map(
                        pair -> {
                            if (!Arrays.equals(pair.value(), value(pair.key()))) {
                                throw new IllegalStateException("not the value of " + pair.key());
                            }
                            return pair.key();
                        })
                .collect();
    }

    @Test
    void anExecutorThatIsKilledWhileItServesCostsNoRecord() {
        CapstanContext driver = open("0.6", 4);
        PairRdd<Long, Long> writers = writers(driver);
        long victim = writers.collectAsMap().get(0L);
        String once = directory.resolve("killed").toString();
        PairRdd<Long, byte[]> values =
                driver.range(0, RECORDS, 1, MAPS)
                        .mapToPair(number -> Pair.of(number, value(number)))
                        .repartition(4)
                        .mapValues(bytes -> {
                            if (ProcessHandle.current().pid() != victim && isFirst(Path.of(once))) {
                                ProcessHandle.of(victim).ifPresent(ProcessHandle::destroyForcibly);
                            }
                            return bytes;
                        });
        areAllThere(checked(values));
        assertThat(Files.exists(Path.of(once))).as("it was killed in the midst of it").isTrue();
    }

    private static boolean isFirst(Path marker) {
        try {
            Files.createFile(marker);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a disk may do to a file. */
    private enum Fault {
        FLIPPED {
            @Override
            void happensTo(Path file) throws IOException {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 16;
                Files.write(file, bytes);
            }
        },
        CUT_SHORT {
            @Override
            void happensTo(Path file) throws IOException {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() / 2);
                }
            }
        },
        DELETED {
            @Override
            void happensTo(Path file) throws IOException {
                Files.delete(file);
            }
        };

        abstract void happensTo(Path file) throws IOException;
    }

    private List<Path> dataFiles() {
        try (Stream<Path> files = Files.walk(directory.resolve("local"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("data-")).sorted().toList();
        } catch (IOException | UncheckedIOException e) { // one was deleted while they were listed
            return List.of(directory);
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void outputsThatWentBadAreComputedAgainAndNoOthers(Fault fault) throws IOException {
        CapstanContext driver = open("0.1", 4);
        PairRdd<Long, byte[]> values = values(driver);
        areAllThere(checked(values));
        List<Path> files = dataFiles();
        assertThat(files).hasSize(MAPS);
        fault.happensTo(files.getFirst());
        fault.happensTo(files.getLast());
        events.clear();
        areAllThere(checked(values));
        assertThat(computedAgain()).isEqualTo(2);
    }

    @Test
    void theJobThatFailsForADamagedDiskNamesFileAndHost() throws IOException {
        CapstanContext driver = open("0.1", 1);
        PairRdd<Long, byte[]> values = values(driver);
        areAllThere(checked(values));
        for (Path file : dataFiles()) {
            Fault.FLIPPED.happensTo(file);
        }
        assertThatThrownBy(() -> checked(values))
                .hasMessageContaining("could not read its inputs")
                .hasMessageContaining("damaged frame")
                .hasMessageContaining(directory.toString());
    }
}

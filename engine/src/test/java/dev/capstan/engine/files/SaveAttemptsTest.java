package dev.capstan.engine.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.execution.TaskFixture;
import dev.capstan.engine.execution.TaskRunner;
import dev.capstan.engine.execution.Work;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.Nodes;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.engine.task.TaskOutcome;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Two attempts at the same partition of a save, at the same time, as speculation makes them. */
@Tag("live")
@Timeout(60)
class SaveAttemptsTest {
    private static final long RECORDS = 50_000;

    /** Both attempts are in the middle of their files when they pass. */
    private static final CyclicBarrier HALF_WAY = new CyclicBarrier(2);

    private static final AtomicReference<Consumer<TaskId>> IN_THE_MIDDLE = new AtomicReference<>(_ -> {});

    @TempDir Path directory;

    private final TaskFixture fixture = TaskFixture.create();

    private TaskRunner.Attempt attempt() {
        Lineage<Long> numbers =
                new Mapped<>(
                        Nodes.origin("map"),
                        Nodes.range(RECORDS, 1),
                        number -> {
                            if (number == RECORDS / 2) {
                                IN_THE_MIDDLE.get().accept(TaskContext.current().task());
                                HALF_WAY.await(30, TimeUnit.SECONDS);
                                TaskContext.current().checkKilled();
                            }
                            return number;
                        },
                        null);
        var save = new SavePart<Long>("target", directory.toString(), new TextFormat<>(Compression.NONE));
        return fixture.attempt(numbers, new Work.ResultWork<>(save), 0);
    }

    private static void expectWhole(Path file) throws IOException {
        assertThat(Files.readAllLines(file)).isEqualTo(LongStream.range(0, RECORDS).mapToObj(Long::toString).toList());
    }

    @Test
    void attemptsThatBothFinishHaveWrittenAWholeFileEach()
            throws InterruptedException, ExecutionException, IOException {
        IN_THE_MIDDLE.set(_ -> {});
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            TaskRunner.Attempt first = attempt();
            TaskRunner.Attempt second = attempt();
            Future<String> one = threads.submit(() -> fixture.resultOf(first.run()));
            Future<String> other = threads.submit(() -> fixture.resultOf(second.run()));
            assertThat(one.get()).isNotEqualTo(other.get());
            expectWhole(directory.resolve(one.get()));
            expectWhole(directory.resolve(other.get()));
        }
    }

    @Test
    void anAttemptThatIsKilledHalfWayTakesItsFileAwayAndNotTheOthers()
            throws InterruptedException, ExecutionException, IOException {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            TaskRunner.Attempt first = attempt();
            TaskRunner.Attempt second = attempt();
            TaskId ofFirst = new TaskId(0);
            IN_THE_MIDDLE.set(task -> {
                if (!task.equals(ofFirst)) {
                    second.kill("the other was first");
                }
            });
            Future<String> one = threads.submit(() -> fixture.resultOf(first.run()));
            Future<TaskOutcome> other = threads.submit(() -> second.run().outcome());
            assertThat(other.get()).isEqualTo(new TaskOutcome.Killed("the other was first"));
            expectWhole(directory.resolve(one.get()));
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files).containsExactly(directory.resolve(one.get()));
            }
        }
    }
}

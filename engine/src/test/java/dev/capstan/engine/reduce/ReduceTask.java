package dev.capstan.engine.reduce;

import dev.capstan.engine.broadcast.ExecutorBroadcasts;
import dev.capstan.engine.broadcast.PieceSource;
import dev.capstan.engine.broadcast.SharedValues;
import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.shuffle.InProcessFetcher;
import dev.capstan.engine.shuffle.LocalShuffleStore;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.engine.task.BarrierGate;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.engine.task.TaskEnvironment;
import dev.capstan.engine.task.TaskKilledException;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskRecorder;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.Serializer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A task that only reduces, with a budget of its own, and what is left of it. */
final class ReduceTask implements TaskContext, AutoCloseable {
    private final LocalDirectories directories;
    private final TaskRecorder recorder = new TaskRecorder();
    private final List<Runnable> completions = new ArrayList<>();
    private final MemoryBudget budget;
    private final TaskMemory memory;
    private final TaskEnvironment environment;
    private boolean killed;

    ReduceTask(long memoryBytes, boolean specialized, Path directory) {
        this(memoryBytes, specialized, directory, new CompactSerializer());
    }

    ReduceTask(long memoryBytes, boolean specialized, Path directory, Serializer serializer) {
        ClassLoader loader = getClass().getClassLoader();
        directories = new LocalDirectories(List.of(directory));
        budget = new MemoryBudget(memoryBytes, 0.5);
        memory = budget.open(new TaskId(1), this::checkKilled);
        var shuffles = new LocalShuffleStore(serializer, budget, directories, Codec.LZ4);
        var blocks =
                new LocalBlockStore(
                        serializer,
                        loader,
                        budget,
                        new MemoryBudget(0, 1),
                        directories,
                        Codec.LZ4,
                        BlockStore.Listener.SILENT);
        environment =
                new TaskEnvironment(
                        serializer,
                        loader,
                        budget,
                        blocks,
                        shuffles,
                        new InProcessFetcher(_ -> Optional.of(shuffles)),
                        specialized ? Pipelines.without() : Pipelines.without(FastPath.SPECIALIZED),
                        new Spills(serializer, loader, directories, Codec.LZ4),
                        new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, PieceSource.NONE),
                        BarrierGate.CLOSED,
                        1 << 20,
                        System::nanoTime);
    }

    @Override
    public StageAttempt stage() {
        return new StageAttempt(new StageId(1), 0);
    }

    @Override
    public TaskId task() {
        return new TaskId(1);
    }

    @Override
    public int partition() {
        return 0;
    }

    @Override
    public void onKill(Runnable wakes) {
        throw new UnsupportedOperationException("onKill");
    }

    @Override
    public int attempt() {
        return 0;
    }

    @Override
    public void barrier() {
        throw new UnsupportedOperationException("barrier");
    }

    @Override
    public List<byte[]> allGather(byte[] message) {
        throw new UnsupportedOperationException("allGather");
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public Resources resources() {
        return Resources.cpus(1);
    }

    @Override
    public TaskMetrics metrics() {
        return TaskMetrics.NONE;
    }

    @Override
    public void onFailure(Consumer<? super Throwable> listener) {
        throw new IllegalStateException("nobody listens here");
    }

    @Override
    public TaskRecorder recorder() {
        return recorder;
    }

    @Override
    public TaskMemory memory() {
        return memory;
    }

    @Override
    public TaskEnvironment environment() {
        return environment;
    }

    void kill() {
        killed = true;
    }

    @Override
    public void checkKilled() {
        if (killed) {
            throw new TaskKilledException("enough");
        }
    }

    @Override
    public boolean isInterrupted() {
        return killed;
    }

    @Override
    public void onCompletion(Runnable completion) {
        completions.add(completion);
    }

    @Override
    public byte[] slice(DatasetId dataset, int partition) {
        throw new IllegalStateException("it has no source data");
    }

    @Override
    public ShuffleInputs inputs(ShuffleId shuffle) {
        return new ShuffleInputs(shuffle, List.of(new ExecutorId("none")));
    }

    @Override
    public FetchFailedException lost(FetchFailedException failure) {
        return failure;
    }

    /** Ends the task, however far it came. */
    void complete() {
        completions.reversed().forEach(Runnable::run);
        completions.clear();
    }

    long heldBytes() {
        return budget.usage().execution();
    }

    /** The files that are there, and those that are still open though they were deleted. */
    List<String> files() {
        List<String> files = new ArrayList<>();
        for (Path directory : directories.paths()) {
            try (Stream<Path> all = Files.list(directory);
                    Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                all.map(Path::toString).forEach(files::add);
                open.map(ReduceTask::target).filter(file -> file.startsWith(directory + "/")).forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        files.removeIf(file -> file.endsWith("/owner")); // the lock of the directory
        return files;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    @Override
    public void close() {
        complete();
        memory.close();
        directories.close();
    }
}

package dev.capstan.engine.execution;

import dev.capstan.engine.broadcast.ExecutorBroadcasts;
import dev.capstan.engine.broadcast.PieceSource;
import dev.capstan.engine.broadcast.SharedValues;
import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.StageInputsPlan;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.InProcessFetcher;
import dev.capstan.engine.shuffle.LocalShuffleStore;
import dev.capstan.engine.shuffle.ShuffleStore;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.engine.task.BarrierGate;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskEnvironment;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.Serializer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One executor's data plane, without threads. */
public final class TaskFixture {
    public static final ExecutorId EXECUTOR = new ExecutorId("executor-1");

    public final Serializer serializer = new CompactSerializer();
    public final ClassLoader loader = getClass().getClassLoader();
    public final MemoryBudget memory;
    public final BlockStore blocks;
    public final LocalDirectories directories = new LocalDirectories(List.of(Path.of("target", "local")));
    public final LocalShuffleStore shuffles;
    public final Spills spills;
    public final TaskRunner runner;
    private final List<ShuffleInputs> inputs = new ArrayList<>();
    private long tasks;

    private TaskFixture(long inlineResultBytes, long memoryBytes) {
        memory = new MemoryBudget(memoryBytes, 0.5);
        shuffles = new LocalShuffleStore(serializer, memory, directories, Codec.LZ4);
        blocks =
                new LocalBlockStore(
                        serializer,
                        loader,
                        memory,
                        new MemoryBudget(1 << 20, 1),
                        directories,
                        Codec.LZ4,
                        BlockStore.Listener.SILENT);
        Map<ExecutorId, ShuffleStore> stores = Map.of(EXECUTOR, shuffles);
        spills = new Spills(serializer, loader, directories, Codec.LZ4);
        runner =
                new TaskRunner(
                        new TaskEnvironment(
                                serializer,
                                loader,
                                memory,
                                blocks,
                                shuffles,
                                new InProcessFetcher(executor -> Optional.ofNullable(stores.get(executor))),
                                Pipelines.without(),
                                spills,
                                new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, PieceSource.NONE),
                                BarrierGate.CLOSED,
                                inlineResultBytes,
                                System::nanoTime));
    }

    public static TaskFixture create() {
        return new TaskFixture(1 << 20, 256 << 20);
    }

    public static TaskFixture withInlineLimit(long bytes) {
        return new TaskFixture(bytes, 256 << 20);
    }

    /** Tasks and stores share so many bytes; with few, everything goes to disk. Close the directories at the end. */
    public static TaskFixture withMemory(long bytes) {
        return new TaskFixture(1 << 20, bytes);
    }

    /** Stages that are installed from now on read the shuffle from there. */
    public TaskFixture with(ShuffleInputs shuffle) {
        inputs.add(shuffle);
        return this;
    }

    public TaskResult run(Lineage<?> dataset, Work work, int partition) {
        return attempt(dataset, work, partition).run();
    }

    public TaskRunner.Attempt attempt(Lineage<?> dataset, Work work, int partition) {
        StageCode code = StageProgram.encode(dataset, work);
        InstalledStage stage = new InstalledStage(new StageAttempt(new StageId(1), 0), code, inputs, loader);
        return runner.prepare(
                stage,
                new TaskLaunch(new TaskId(tasks++), partition, 0, StageInputsPlan.of(dataset).slices(partition)));
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T> T resultOf(TaskResult result) {
        if (result.outcome() instanceof TaskOutcome.Result(byte[] bytes, var _)) {
            return serializer.deserialize(bytes, loader);
        }
        throw new AssertionError(
                result.outcome() instanceof TaskOutcome.Failed(Failure failure)
                        ? failure.stack()
                        : result.outcome().toString());
    }
}

package dev.capstan.driver;

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
import dev.capstan.engine.broadcast.ExecutorBroadcasts;
import dev.capstan.engine.broadcast.PieceOffer;
import dev.capstan.engine.broadcast.PieceRequest;
import dev.capstan.engine.broadcast.PieceSource;
import dev.capstan.engine.broadcast.SharedValues;
import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.execution.InstalledStage;
import dev.capstan.engine.execution.StageProgram;
import dev.capstan.engine.execution.TaskResult;
import dev.capstan.engine.execution.TaskRunner;
import dev.capstan.engine.execution.Work;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LineageWalk;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.lineage.StageInputsPlan;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.InProcessFetcher;
import dev.capstan.engine.shuffle.LocalShuffleStore;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.engine.task.BarrierGate;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskEnvironment;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.serialization.Serializer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Runs each job at once, in the thread that submits it: stage after stage, task after task, on one executor, without a
 * scheduler. The reference that real schedulers are compared with.
 */
final class DirectJobRunner implements JobRunner {
    private static final ExecutorId EXECUTOR = new ExecutorId("direct");

    private final Serializer serializer;
    private final ClassLoader loader;
    private final boolean share;
    private final TaskRunner tasks;
    private final Map<ShuffleId, ShuffleInputs> written = new LinkedHashMap<>();
    private final List<JobProperties> properties = new ArrayList<>();
    private final List<TaskMetrics> metrics = new ArrayList<>();
    private int jobs;
    private int stages;
    private long launched;
    private boolean closed;

    private final DriverBroadcasts broadcasts;
    private final Accumulators accumulators;

    final MemoryBudget memory;
    final LocalBlockStore blocks;
    final LocalShuffleStore shuffles;

    /**
     * @param share whether tasks share decoded programs where they may
     * @param pipelines that tasks run
     * @param memory of the executor
     */
    DirectJobRunner(
            Serializer serializer,
            ClassLoader loader,
            boolean share,
            long inlineResultBytes,
            Pipelines pipelines,
            MemoryBudget memory) {
        this.memory = memory;
        this.serializer = serializer;
        this.loader = loader;
        this.share = share;
        LocalDirectories directories = new LocalDirectories(List.of(Path.of("target", "local")));
        blocks =
                new LocalBlockStore(
                        serializer,
                        loader,
                        memory,
                        new MemoryBudget(1 << 20, 1),
                        directories,
                        Codec.LZ4,
                        BlockStore.Listener.SILENT);
        broadcasts = new DriverBroadcasts(serializer, Codec.LZ4, false, (_, _) -> {}, _ -> {});
        accumulators = new Accumulators(serializer, loader);
        shuffles = new LocalShuffleStore(serializer, memory, directories, Codec.LZ4);
        tasks =
                new TaskRunner(
                        new TaskEnvironment(
                                serializer,
                                loader,
                                memory,
                                blocks,
                                shuffles,
                                new InProcessFetcher(executor ->
                                        executor.equals(EXECUTOR) ? Optional.of(shuffles) : Optional.empty()),
                                pipelines,
                                new Spills(serializer, loader, directories, Codec.LZ4),
                                new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, new FromDriver()),
                                BarrierGate.CLOSED,
                                inlineResultBytes,
                                System::nanoTime));
    }

    @Override
    public <T, U> JobFuture<List<U>> submit(JobRequest<T, U> request) {
        PromisedJob<List<U>> future = new PromisedJob<>(new JobId(jobs++), _ -> {});
        properties.add(request.properties());
        try {
            future.succeed(run(request));
        } catch (JobFailedException e) {
            future.fail(e);
        } catch (RuntimeException e) {
            future.fail(new JobFailedException(String.valueOf(e.getMessage()), e));
        }
        return future;
    }

    private <T, U> List<U> run(JobRequest<T, U> request) {
        if (closed) {
            throw new JobCancelledException("the runner is closed");
        }
        List<U> results = new ArrayList<>();
        for (Lineage<?> node : LineageWalk.everything(request.dataset())) {
            for (var dependency : node.dependencies()) {
                if (dependency instanceof ShuffleDependency<?, ?, ?> shuffle
                        && !written.containsKey(shuffle.shuffle())) {
                    write(shuffle);
                }
            }
        }
        Work work = new Work.ResultWork<>(request.function());
        runStage(request.dataset(), work, request.partitions(), outcome -> results.add(resultOf(outcome)));
        return results;
    }

    private void write(ShuffleDependency<?, ?, ?> shuffle) {
        Lineage<?> parent = shuffle.parent();
        int[] all = IntStream.range(0, parent.partitionCount()).toArray();
        runStage(parent, new Work.ShuffleMapWork(shuffle), all, _ -> {});
        written.put(
                shuffle.shuffle(),
                new ShuffleInputs(shuffle.shuffle(), Collections.nCopies(parent.partitionCount(), EXECUTOR)));
    }

    private void runStage(Lineage<?> root, Work work, int[] partitions, Consumer<TaskOutcome> succeeded) {
        StageCode code = StageProgram.encode(root, work);
        StageInputsPlan plan = StageInputsPlan.of(root);
        List<ShuffleInputs> inputs = plan.shuffles().stream().map(shuffle -> written.get(shuffle.shuffle())).toList();
        InstalledStage stage =
                new InstalledStage(
                        new StageAttempt(new StageId(stages++), 0),
                        new StageCode(code.bytes(), code.shareable() && share),
                        inputs,
                        loader);
        for (int partition : partitions) {
            TaskLaunch launch = new TaskLaunch(new TaskId(launched++), partition, 0, plan.slices(partition));
            TaskResult result = tasks.run(stage, launch);
            metrics.add(result.metrics());
            TaskOutcome outcome = result.outcome();
            switch (outcome) {
                case TaskOutcome.Succeeded done -> {
                    accumulators.arrive(done.updates());
                    succeeded.accept(outcome);
                }
                case TaskOutcome.Failed(var failure) -> throw new JobFailedException(failure + "\n" + failure.stack());
                default -> throw new JobFailedException(outcome.toString());
            }
        }
    }

    private <U> U resultOf(TaskOutcome outcome) {
        return switch (outcome) {
            case TaskOutcome.Result(byte[] bytes, var _) -> serializer.deserialize(bytes, loader);
            case TaskOutcome.StoredResult(BlockId block, long _, var _) -> {
                U value = serializer.deserialize(blocks.getBytes(block).orElseThrow(), loader);
                blocks.drop(block);
                yield value;
            }
            default -> throw new IllegalStateException(outcome.toString());
        };
    }

    private final class FromDriver implements PieceSource {
        @Override
        public PieceOffer next(BroadcastId broadcast, List<Integer> held, List<ExecutorId> failed) throws IOException {
            return broadcasts.offer(new PieceRequest(broadcast, EXECUTOR, held, failed));
        }

        @Override
        public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) throws IOException {
            throw new IOException("there is no " + holder);
        }
    }

    @Override
    public DriverBroadcasts broadcasts() {
        return broadcasts;
    }

    @Override
    public Accumulators accumulators() {
        return accumulators;
    }

    /** How many tasks were run so far. */
    long launched() {
        return launched;
    }

    /** What each task cost so far. */
    List<TaskMetrics> metrics() {
        return List.copyOf(metrics);
    }

    /** The properties of all jobs so far. */
    List<JobProperties> properties() {
        return List.copyOf(properties);
    }

    @Override
    public void unpersist(DatasetId dataset) {
        blocks.dropDataset(dataset);
    }

    @Override
    public void cancelStage(StageId stage, String reason) {
        // a job is over when it could be cancelled
    }

    @Override
    public Optional<DagView> status() {
        return Optional.empty();
    }

    @Override
    public String explain() {
        return "everything runs at once";
    }

    @Override
    public void cancel(Predicate<JobProperties> chosen, String reason) {}

    @Override
    public void close() {
        closed = true;
    }
}

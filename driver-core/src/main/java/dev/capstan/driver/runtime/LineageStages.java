package dev.capstan.driver.runtime;

import dev.capstan.driver.dag.JobPlan;
import dev.capstan.driver.dag.StagePlan;
import dev.capstan.driver.dag.StagePlan.PersistentDataset;
import dev.capstan.driver.job.JobRequest;
import dev.capstan.engine.execution.StageProgram;
import dev.capstan.engine.execution.Work;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.lineage.AsBarrier;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LineageDepth;
import dev.capstan.engine.lineage.LineageWalk;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.lineage.StageInputsPlan;
import dev.capstan.engine.lineage.WithResources;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.JavaSerializer;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Cuts lineages at shuffle dependencies into stage plans and serializes their code, in the user's thread. The plan of a
 * stage that writes a shuffle is made once and serves all later jobs.
 */
public final class LineageStages {
    private static final System.Logger LOG = System.getLogger(LineageStages.class.getName());

    /**
     * As long as the program refers to their shuffles. A plan refers to the datasets that the shuffle comes from but
     * not to the shuffle itself, which therefore can become unreachable.
     */
    private final Map<ShuffleDependency<?, ?, ?>, StagePlan> writing = Collections.synchronizedMap(new WeakHashMap<>());

    private final Set<Lineage<?>> watched = Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    private final Resources perTask;
    private final int depthLimit;
    private final JavaSerializer functions;
    private final Watch watch;

    /** Told what will leave something behind on executors that is to go when the program lets go of it. */
    public interface Watch {
        /** For a driver that keeps all. */
        Watch NONE =
                new Watch() {
                    @Override
                    public void shuffle(ShuffleDependency<?, ?, ?> dependency) {}

                    @Override
                    public void persistent(Lineage<?> dataset) {}
                };

        /** Its map outputs will be written. Told once for each. */
        void shuffle(ShuffleDependency<?, ?, ?> dependency);

        /** Its partitions will be kept. Told once for each. */
        void persistent(Lineage<?> dataset);
    }

    public LineageStages(Resources perTask, int depthLimit) {
        this(perTask, depthLimit, new JavaSerializer(), Watch.NONE);
    }

    public LineageStages(Resources perTask, int depthLimit, JavaSerializer functions, Watch watch) {
        this.perTask = perTask;
        this.depthLimit = depthLimit;
        this.functions = functions;
        this.watch = watch;
    }

    /**
     * @throws IllegalArgumentException when some stage has too many steps
     * @throws dev.capstan.kernel.serialization.SerializationException when the code cannot be serialized
     */
    public <T, U> JobPlan plan(JobId job, JobRequest<T, U> request) {
        letGo();
        Lineage<T> dataset = request.dataset();
        LineageDepth.check(dataset, depthLimit);
        boolean barrier = AsBarrier.within(dataset);
        if (barrier) {
            checkAll(request);
        }
        var inputs = StageInputsPlan.of(dataset);
        planWriters(inputs.shuffles());
        var work = new Work.ResultWork<T, U>(request.function());
        var result =
                new StagePlan(
                        request.properties().name() + " at " + request.properties().callSite(),
                        null,
                        dataset.partitionCount(),
                        StageProgram.encode(dataset, work, functions),
                        new LineageInputs(dataset, inputs),
                        WithResources.of(dataset).orElse(perTask),
                        barrier);
        return new JobPlan(
                job,
                request.properties().name() + " at " + request.properties().callSite(),
                request.properties().group(),
                new LinkedHashSet<>(request.properties().tags()),
                request.properties().pool(),
                request.properties().interruptOnCancel(),
                result,
                request.partitions());
    }

    /**
     * Lets go of the plans of shuffles that nothing refers to any more. A map with weak keys keeps their values, and
     * with them the datasets that the shuffles came from, until somebody uses the map.
     */
    void letGo() {
        int unused = writing.size();
    }

    /** The tasks of a barrier stage wait for each other, so none may be left out. */
    private static void checkAll(JobRequest<?, ?> request) {
        Lineage<?> dataset = request.dataset();
        if (request.partitions().length != dataset.partitionCount()) {
            throw new IllegalArgumentException(
                    request.properties().name()
                            + " computes "
                            + request.partitions().length
                            + " of the "
                            + dataset.partitionCount()
                            + " partitions of "
                            + dataset.label()
                            + ", whose tasks must all run at once because of barrier(): use an action that computes all"
                            + " of them, such as collect, or put a shuffle before it");
        }
    }

    /** Plans the stages that write these shuffles and all that those come from, as far as they are not planned yet. */
    private void planWriters(List<ShuffleDependency<?, ?, ?>> shuffles) {
        var open = new ArrayDeque<ShuffleDependency<?, ?, ?>>(shuffles);
        while (!open.isEmpty()) {
            ShuffleDependency<?, ?, ?> shuffle = open.poll();
            if (!writing.containsKey(shuffle)) {
                Lineage<?> dataset = shuffle.parent();
                var inputs = StageInputsPlan.of(dataset);
                open.addAll(inputs.shuffles());
                if (writing.putIfAbsent(shuffle, writer(shuffle, dataset, inputs)) == null) {
                    watch.shuffle(shuffle);
                }
            }
        }
    }

    private StagePlan writer(ShuffleDependency<?, ?, ?> shuffle, Lineage<?> dataset, StageInputsPlan inputs) {
        return new StagePlan(
                dataset.name() + " at " + dataset.origin().callSite(),
                shuffle.shuffle(),
                dataset.partitionCount(),
                StageProgram.encode(dataset, new Work.ShuffleMapWork(shuffle), functions),
                new LineageInputs(dataset, inputs),
                WithResources.of(dataset).orElse(perTask),
                AsBarrier.within(dataset));
    }

    private List<StagePlan> writers(List<ShuffleDependency<?, ?, ?>> shuffles) {
        return shuffles.stream().map(shuffle -> Objects.requireNonNull(writing.get(shuffle))).toList();
    }

    /** What a stage of the lineage reads. */
    private final class LineageInputs implements StagePlan.Inputs {
        private final Lineage<?> dataset;
        private final StageInputsPlan plan;
        private final boolean persists;

        LineageInputs(Lineage<?> dataset, StageInputsPlan plan) {
            this.dataset = dataset;
            this.plan = plan;
            List<Lineage<?>> persistent = LineageWalk.persistent(dataset);
            this.persists = !persistent.isEmpty();
            for (Lineage<?> kept : persistent) {
                if (watched.add(kept)) {
                    watch.persistent(kept);
                }
            }
        }

        @Override
        public List<StagePlan> parents(Predicate<PersistentDataset> complete) {
            if (!persists) {
                return writers(plan.shuffles());
            }
            return writers(
                    LineageWalk.shuffles(
                            dataset,
                            node ->
                                    !node.storageLevel().keepsNothing()
                                            && complete.test(new PersistentDataset(node.id(), node.partitionCount()))));
        }

        /** As the code was encoded: the lineage may have been cut since. */
        @Override
        public List<StagePlan> allParents() {
            return writers(plan.shuffles());
        }

        @Override
        public boolean choosy() {
            return plan.hasPreferences();
        }

        @Override
        public List<SourceSlice> slices(int partition) {
            return asked("the source data", partition, plan::slices);
        }

        @Override
        public List<BlockId.CachedPartition> cached(int partition) {
            return plan.cached(partition);
        }

        @Override
        public List<String> hosts(int partition) {
            return asked("the preferred hosts", partition, plan::preferredHosts);
        }

        /** Asks code that may be the user's, on the driver's loop, which must not end for its bugs. */
        private <V> List<V> asked(String what, int partition, IntFunction<List<V>> asked) {
            try {
                return asked.apply(partition);
            } catch (RuntimeException | StackOverflowError e) {
                // without its source data the task fails and names the dataset; without hosts it may run anywhere
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> what + " of partition " + partition + " of " + dataset.label() + " cannot be had",
                        e);
                return List.of();
            }
        }
    }
}

package dev.capstan.driver.dag;

import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.driver.scheduling.SchedulingEvent;
import dev.capstan.driver.scheduling.SchedulingEvent.EndedTask;
import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.driver.scheduling.TaskSet;
import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.config.ByteSize;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Runs jobs as stages, parents first, and remembers where map outputs and cached partitions lie.
 *
 * <p>It alone owns jobs, stages, map output locations and cache locations. Nothing is durable: a new driver starts
 * anew.
 *
 * <p>It takes {@link DagMessage}s of user threads and {@link SchedulingEvent}s of the task scheduler; it tells the task
 * scheduler {@link SchedulingRequest}s and whoever waits for jobs {@link JobEvent}s. A stage, while a job needs it:
 *
 * <pre>
 *             parents complete                      all partitions finished
 *   waiting ───────────────────▶ in flight ───────────────────────────────▶ complete
 *      ▲                            │                                           │
 *      └──────── input lost ────────┘ (hold; what runs goes on)                 │
 *      └──────────────────────── outputs lost, and needed ──────────────────────┘
 * </pre>
 *
 * <p>Invariants: every job submitted ends exactly once; each wanted partition is reported once; an attempt is submitted
 * only when all its inputs are known, and launches no more once one is known to be lost; a partition is in flight in at
 * most one attempt.
 */
public final class DagScheduler implements Actor<Message> {
    private static final String PROGRESS = "tell-progress";
    private static final int MOST_ENDED = 200;

    private final DagConfig config;
    private final DagOutbox outbox;

    private final TreeMap<JobId, Job> jobs = new TreeMap<>();

    /** The last ones that ended, for whoever asks. */
    private final ArrayDeque<DagView.JobLine> ended = new ArrayDeque<>();

    private final CacheLocations cache = new CacheLocations();
    private final Replication replication;
    private final StageBook stages = new StageBook(cache);
    private final LostInputs lostInputs;
    private final Set<ExecutorId> executors = new HashSet<>(); // membership only, never iterated

    /** Stages to look at when this turn ends: they may have become ready. */
    private final TreeSet<StageId> toAdvance = new TreeSet<>();

    private final TreeSet<StageId> progressed = new TreeSet<>();

    /** Why nothing will ever run again, or null. */
    private Ending.@Nullable Unserved dead;

    /**
     * @param taskScheduler who places tasks
     * @param desk who is told {@link JobEvent}s
     */
    public DagScheduler(DagConfig config, Address taskScheduler, Address desk) {
        this.config = config;
        this.outbox = new DagOutbox(taskScheduler, desk);
        this.replication = new Replication(cache, outbox);
        this.lostInputs = new LostInputs(config, outbox, stages);
    }

    @Override
    public List<Effect> on(Message message, long nowNanos) {
        switch (message) {
            case DagMessage request -> onRequest(request);
            case SchedulingEvent event -> onEvent(event);
            default -> throw new IllegalArgumentException("not for the DAG scheduler: " + message.trace());
        }
        return outbox.take();
    }

    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        while (!toAdvance.isEmpty()) {
            Stage stage = stages.find(toAdvance.removeFirst());
            if (stage != null) {
                advance(stage);
            }
        }
        return outbox.take();
    }

    private void onRequest(DagMessage request) {
        switch (request) {
            case DagMessage.SubmitJob(var plan) -> onSubmit(plan);
            case DagMessage.CancelJob(var job, var reason) -> cancel(entry -> entry.plan.job().equals(job), reason);
            case DagMessage.CancelGroup(var group, var reason) ->
                    cancel(entry -> entry.plan.group().equals(group), reason);
            case DagMessage.CancelTag(var tag, var reason) -> cancel(entry -> entry.plan.tags().contains(tag), reason);
            case DagMessage.CancelStage(var stage, var reason) -> onCancelStage(stage, reason);
            case DagMessage.CancelAll(var reason) -> cancel(_ -> true, reason);
            case DagMessage.ForgetShuffle(var shuffle) -> onForgetShuffle(shuffle);
            case DagMessage.ForgetDataset(var dataset) -> onForgetDataset(dataset);
            case DagMessage.ForgetBroadcast(var broadcast) ->
                    outbox.tellExecutors(new ExecutorOrder.ForgetBroadcast(broadcast));
            case DagMessage.ResultFetched fetched -> onResultFetched(fetched);
            case DagMessage.FindHolders(var ticket, var door, var block) ->
                    outbox.answer(door, new HoldersFound(ticket, holders(block)));
            case DagMessage.LookAfterCopies() -> replication.lookAfterCopies();
            case DagMessage.ResubmitStages() -> toAdvance.addAll(lostInputs.due());
            case DagMessage.TellProgress() -> onTellProgress();
            case DagMessage.TellStatus() -> outbox.tellDesk(new JobEvent.StatusTold(view()));
        }
    }

    private void onEvent(SchedulingEvent event) {
        switch (event) {
            case SchedulingEvent.TasksEnded(var tasks) -> tasks.forEach(this::onTaskEnded);
            case SchedulingEvent.TaskSetAborted(var attempt, var reason) -> onAborted(attempt, reason);
            case SchedulingEvent.TasksHeld(var attempt, var partitions) -> onHeld(attempt, partitions);
            case SchedulingEvent.ExecutorJoined(var executor, var host, var resources) -> {
                executors.add(executor);
                replication.joined(executor, host);
                outbox.tellDesk(new JobEvent.ExecutorRegistered(executor, host, resources));
            }
            case SchedulingEvent.ExecutorGone(var executor, var reason) -> {
                onExecutorGone(executor);
                outbox.tellDesk(new JobEvent.ExecutorLost(executor, reason));
            }
            case SchedulingEvent.BlocksChanged(var executor, var host, var kept, var removed) -> {
                cache.removed(executor, removed);
                if (executors.contains(executor)) {
                    replication.kept(executor, cache.kept(executor, host, kept));
                }
            }
            case SchedulingEvent.CopyFailed(var executor, var block, _) -> replication.failed(executor, block);
            case SchedulingEvent.NothingRuns(var why) -> outbox.tellDesk(new JobEvent.Notice(why));
            case SchedulingEvent.Explained(var text) -> outbox.tellDesk(new JobEvent.Explained(text));
            case SchedulingEvent.BackendDead(var fault, var reason) -> {
                Ending.Unserved ending = new Ending.Unserved(fault, reason);
                dead = ending;
                List.copyOf(jobs.values()).forEach(job -> end(job, ending));
            }
        }
    }

    // ---- jobs ----

    private void onSubmit(JobPlan plan) {
        if (jobs.containsKey(plan.job())) {
            return; // said twice
        }
        Stage result = stages.addResult(plan.result(), plan.partitions());
        var job = new Job(plan, result);
        jobs.put(plan.job(), job);
        join(job, result);
        if (dead != null) {
            outbox.tellDesk(new JobEvent.JobStarted(plan.job(), plan.name(), 1, 0));
            end(job, dead);
            return;
        }
        if (result.complete()) { // no partition is wanted
            outbox.tellDesk(new JobEvent.JobStarted(plan.job(), plan.name(), 1, 0));
            end(job, new Ending.Succeeded());
            return;
        }
        enlistParents(job, result);
        outbox.tellDesk(new JobEvent.JobStarted(plan.job(), plan.name(), job.stages.size(), job.stagesSkipped));
        toAdvance.add(result.id);
    }

    /** Finds the stages that the job needs, as far as their outputs are not there yet. */
    private void enlistParents(Job job, Stage from) {
        var open = new ArrayDeque<Stage>();
        open.push(from);
        while (!open.isEmpty()) {
            for (Stage parent : stages.parents(open.pop())) {
                if (!job.stages.contains(parent.id)) {
                    join(job, parent);
                    if (parent.complete()) {
                        job.stagesSkipped++;
                    } else {
                        open.push(parent);
                    }
                }
            }
        }
    }

    private void join(Job job, Stage stage) {
        job.stages.add(stage.id);
        stage.jobs.add(job.plan.job());
    }

    private void cancel(Predicate<Job> which, String reason) {
        for (Job job : List.copyOf(jobs.values())) {
            if (which.test(job)) {
                end(job, new Ending.Cancelled(reason));
            }
        }
    }

    private void onCancelStage(StageId id, String reason) {
        Stage stage = stages.find(id);
        if (stage != null) {
            cancel(job -> stage.jobs.contains(job.plan.job()), reason);
        }
    }

    private void failJobsOf(Stage stage, String reason) {
        for (JobId id : List.copyOf(stage.jobs)) {
            Job job = jobs.get(id);
            if (job != null) {
                end(job, new Ending.Failed(reason));
            }
        }
    }

    /** The one way a job ends: its stages that nobody else needs stop. */
    private void end(Job job, Ending ending) {
        jobs.remove(job.plan.job());
        String why =
                switch (ending) {
                    case Ending.Succeeded() -> "its job is done";
                    case Ending.Failed(var reason) -> "its job failed: " + firstLine(reason);
                    case Ending.Unserved(_, var reason) -> "its job failed: " + firstLine(reason);
                    case Ending.Cancelled(var reason) -> "its job was cancelled: " + reason;
                };
        for (StageId id : job.stages) {
            Stage stage = stages.find(id);
            if (stage != null) {
                stage.jobs.remove(job.plan.job());
                if (stage.jobs.isEmpty()) {
                    stop(stage, job.plan.interruptOnCancel(), why);
                }
            }
        }
        stages.remove(job.result);
        ended.addLast(job.line(ending));
        if (ended.size() > MOST_ENDED) {
            ended.removeFirst();
        }
        outbox.tellDesk(new JobEvent.JobEnded(job.plan.job(), ending, job.summary()));
    }

    private void stop(Stage stage, boolean interrupt, String why) {
        for (StageAttempt attempt : stage.inFlight()) {
            stage.end(attempt.attempt());
            outbox.tellTasks(new SchedulingRequest.CancelTasks(attempt, interrupt, why));
        }
        stage.forgetAttemptsMade();
        stage.rest();
        lostInputs.forget(stage);
        progressed.remove(stage.id);
        toAdvance.remove(stage.id);
    }

    // ---- stages ----

    /** Submits what is missing of the stage if its inputs are there, else sees to its parents. */
    private void advance(Stage start) {
        var open = new ArrayDeque<Stage>();
        var seen = new TreeSet<StageId>();
        open.push(start);
        seen.add(start.id);
        while (!open.isEmpty()) {
            Stage stage = open.pop();
            if (stage.jobs.isEmpty() || stage.complete() || lostInputs.holdBack(stage)) {
                continue;
            }
            int[] missing = stage.missing();
            if (missing.length == 0 || (stage.plan.barrier() && !stage.inFlight().isEmpty())) {
                continue;
            }
            boolean ready = true;
            for (Stage parent : stages.parents(stage)) {
                if (!parent.complete()) {
                    ready = false;
                    parent.waiting.add(stage.id);
                    parent.jobs.addAll(stage.jobs);
                    stage.jobs.forEach(id -> jobs.get(id).stages.add(parent.id));
                    if (seen.add(parent.id)) {
                        open.push(parent);
                    }
                }
            }
            if (ready) {
                submit(stage, stage.plan.barrier() ? stage.all() : missing);
            }
        }
    }

    private void submit(Stage stage, int[] missing) {
        if (stage.attemptsInARow() >= config.maxAttempts()) {
            failJobsOf(
                    stage,
                    "stage '"
                            + stage.plan.name()
                            + "' was submitted "
                            + stage.attemptsInARow()
                            + " times and its inputs were lost each time (capstan.stage.maxAttempts)");
            return;
        }
        List<ShuffleInputs> inputs = stages.inputs(stage);
        if (!stage.hasRun()) {
            stage.jobs.forEach(id -> jobs.get(id).stagesRun++);
        }
        StageAttempt attempt = stage.begin(missing, inputs);
        Job first = jobs.get(stage.jobs.first());
        var tasks =
                new TaskSet(
                        attempt,
                        first.plan.job(),
                        stage.plan.name(),
                        first.plan.pool(),
                        stage.plan.code(),
                        inputs,
                        missing,
                        StageTasks.of(stage.plan.inputs(), missing, cache),
                        stage.plan.perTask(),
                        stage.plan.barrier());
        outbox.tellTasks(new SchedulingRequest.SubmitTasks(tasks));
        outbox.tellDesk(new JobEvent.StageStarted(attempt, first.plan.job(), stage.plan.name(), missing.length));
    }

    private void onTaskEnded(EndedTask ended) {
        Stage stage = stages.find(ended.stage().stage());
        if (stage == null) { // its job is over
            if (ended.outcome() instanceof TaskOutcome.StoredResult(var block, _, _)) {
                outbox.forget(block);
            }
            return;
        }
        count(stage, ended);
        int attempt = ended.stage().attempt();
        switch (ended.outcome()) {
            case TaskOutcome.MapOutput output ->
                    onMapOutput(stage, attempt, ended.partition(), ended.executor(), output.updates());
            case TaskOutcome.Result result -> onResult(stage, attempt, ended.partition(), result);
            case TaskOutcome.StoredResult stored -> onStoredResult(stage, ended, stored);
            case TaskOutcome.FetchFailed failed -> {
                onFetchFailed(stage, attempt, failed);
                if (!ended.willRetry()) {
                    stage.drop(attempt, ended.partition());
                }
            }
            case TaskOutcome.Failed _, TaskOutcome.Killed _, TaskOutcome.ExecutorLost _ -> {
                if (!ended.willRetry()) {
                    missAgain(stage, attempt, ended.partition());
                }
            }
        }
    }

    /** The attempt did not bring the partition and will not. */
    private void missAgain(Stage stage, int attempt, int partition) {
        stage.drop(attempt, partition);
        toAdvance.add(stage.id);
    }

    private void count(Stage stage, EndedTask ended) {
        boolean failed = !(ended.outcome() instanceof TaskOutcome.Succeeded);
        if (failed) {
            stage.failedTasks++;
        }
        for (JobId id : stage.jobs) {
            Job job = jobs.get(id);
            job.tasks++;
            job.failedTasks += failed ? 1 : 0;
            job.metrics = job.metrics.plus(ended.metrics());
        }
        if (!stage.jobs.isEmpty()) {
            progressed.add(stage.id);
            outbox.armOnce(PROGRESS, config.progressInterval(), new DagMessage.TellProgress());
        }
    }

    private void onMapOutput(
            Stage stage, int attempt, int partition, ExecutorId executor, List<AccumulatorUpdate> updates) {
        if (stage.isFinished(partition)) {
            stage.drop(attempt, partition);
        } else if (stage.outputs != null && executors.contains(executor)) {
            stage.outputs.put(partition, executor);
            countUpdates(stage, partition, updates);
            finish(stage, attempt, partition);
            if (stage.complete()) {
                onOutputsComplete(stage);
            }
        } else {
            missAgain(stage, attempt, partition); // the output went with its executor
        }
    }

    private void onResult(Stage stage, int attempt, int partition, TaskOutcome.Result result) {
        Job job = jobOf(stage);
        if (stage.isFinished(partition)) {
            stage.drop(attempt, partition);
        } else if (withinLimit(job, result.bytes().length)) {
            takeResult(job, attempt, partition, result.bytes(), result.updates());
        }
    }

    private void onStoredResult(Stage stage, EndedTask ended, TaskOutcome.StoredResult stored) {
        if (stage.isFinished(ended.partition())) {
            stage.drop(ended.stage().attempt(), ended.partition());
            outbox.forget(stored.block());
        } else if (withinLimit(jobOf(stage), stored.bytes())) {
            outbox.fetch(
                    new DagOperation.FetchResult(
                            ended.stage(),
                            ended.partition(),
                            ended.executor(),
                            stored.block(),
                            stored.bytes(),
                            stored.updates()));
        } else {
            outbox.forget(stored.block());
        }
    }

    private void onResultFetched(DagMessage.ResultFetched fetched) {
        DagOperation.FetchResult fetch = fetched.fetch();
        outbox.forget(fetch.block());
        Stage stage = stages.find(fetch.stage().stage());
        if (stage == null || stage.isFinished(fetch.partition())) {
            return;
        }
        byte[] bytes = fetched.bytes();
        if (bytes != null) {
            takeResult(jobOf(stage), fetch.stage().attempt(), fetch.partition(), bytes, fetch.updates());
        } else {
            jobOf(stage).addResult(-fetch.bytes());
            missAgain(stage, fetch.stage().attempt(), fetch.partition()); // computed again elsewhere
        }
    }

    /** A stage that computes results has one job, as long as it exists. */
    private Job jobOf(Stage stage) {
        return jobs.get(stage.jobs.first());
    }

    /** Whether the results of the job may take so much more; ends the job if not. */
    private boolean withinLimit(Job job, long moreBytes) {
        long bytes = job.addResult(moreBytes);
        if (config.maxResultBytes() <= 0 || bytes <= config.maxResultBytes()) {
            return true;
        }
        end(
                job,
                new Ending.Failed(
                        "the results of '"
                                + job.plan.name()
                                + "' take "
                                + new ByteSize(bytes)
                                + " with "
                                + job.result.finishedCount()
                                + " of "
                                + job.result.total()
                                + " partitions taken, more than the "
                                + new ByteSize(config.maxResultBytes())
                                + " of capstan.driver.maxResultSize; collect less, save to files, or raise the limit"));
        return false;
    }

    private void takeResult(Job job, int attempt, int partition, byte[] bytes, List<AccumulatorUpdate> updates) {
        Stage stage = job.result;
        countUpdates(stage, partition, updates);
        finish(stage, attempt, partition);
        outbox.tellDesk(new JobEvent.PartitionResult(job.plan.job(), job.index(partition), bytes));
        if (stage.complete()) {
            outbox.tellDesk(new JobEvent.StageFinished(stage.id, stage.plan.name(), stage.total()));
            end(job, new Ending.Succeeded());
        }
    }

    /** A partition whose output was lost is computed again, but has counted already. */
    private void countUpdates(Stage stage, int partition, List<AccumulatorUpdate> updates) {
        if (!updates.isEmpty() && stage.countOnce(partition)) {
            outbox.tellDesk(new JobEvent.AccumulatorsUpdated(stage.id, partition, updates));
        }
    }

    private void finish(Stage stage, int attempt, int partition) {
        StageAttempt needless = stage.finish(attempt, partition);
        if (needless != null) {
            outbox.tellTasks(new SchedulingRequest.PartitionFinished(needless, partition));
        }
    }

    private void onOutputsComplete(Stage stage) {
        outbox.tellDesk(new JobEvent.StageFinished(stage.id, stage.plan.name(), stage.total()));
        stage.forgetAttemptsMade();
        toAdvance.addAll(stage.waiting);
        stage.waiting.clear();
    }

    /** Too many failures are too many, whichever attempt of the stage had them. */
    private void onAborted(StageAttempt attempt, String reason) {
        Stage stage = stages.find(attempt.stage());
        if (stage != null) {
            stage.end(attempt.attempt());
            failJobsOf(stage, reason);
        }
    }

    // ---- lost inputs ----

    private void onFetchFailed(Stage stage, int attempt, TaskOutcome.FetchFailed failed) {
        String tooOften = lostInputs.countFetchFailure(stage, attempt, failed);
        if (tooOften != null) {
            failJobsOf(stage, tooOften);
        }
        lostInputs.lose(stage, failed);
    }

    private void onHeld(StageAttempt attempt, List<Integer> partitions) {
        Stage stage = stages.find(attempt.stage());
        if (stage != null) {
            partitions.forEach(partition -> stage.drop(attempt.attempt(), partition));
            toAdvance.add(stage.id);
        }
    }

    private void onExecutorGone(ExecutorId executor) {
        executors.remove(executor);
        replication.gone(executor, cache.executorGone(executor));
        lostInputs.loseAll(executor);
    }

    // ---- what is no longer needed ----

    private void onForgetShuffle(ShuffleId shuffle) {
        Stage stage = stages.find(shuffle);
        if (stage != null && stage.jobs.isEmpty()) {
            stages.remove(stage);
            outbox.tellExecutors(new ExecutorOrder.ForgetShuffle(shuffle));
        }
    }

    private void onForgetDataset(DatasetId dataset) {
        cache.forget(dataset);
        replication.forget(dataset);
        outbox.tellExecutors(new ExecutorOrder.ForgetDataset(dataset));
    }

    // ---- telling ----

    private void onTellProgress() {
        outbox.fired(PROGRESS);
        for (StageId id : progressed) {
            Stage stage = stages.find(id);
            if (stage != null && !stage.jobs.isEmpty()) {
                outbox.tellDesk(
                        new JobEvent.StageProgress(
                                id,
                                stage.jobs.first(),
                                stage.plan.name(),
                                stage.finishedCount(),
                                stage.total(),
                                stage.failedTasks));
            }
        }
        progressed.clear();
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Who holds the cached partition, as far as is known, the first holder first. */
    public List<ExecutorId> holders(BlockId.CachedPartition block) {
        return List.copyOf(cache.holders(block).keySet());
    }

    /**
     * Cached partitions that want copies, could have them, and for which nothing is under way: those whose copies were
     * evicted. For tests.
     */
    public List<BlockId.CachedPartition> withoutWantedCopies() {
        return replication.neglected();
    }

    /** A picture of its state. */
    public DagView view() {
        return new DagView(
                jobs.values().stream().map(job -> job.line(null)).toList(),
                List.copyOf(ended),
                stages.lines(),
                stages.mapOutputs(),
                cache.lines());
    }
}

package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.scheduling.SchedulingEvent.EndedTask;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.collection.Newest;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The part of the scheduler that owns task sets and attempts: it sees each partition through to one success. Where
 * tasks go is not decided here.
 */
final class TaskSets {
    /** So often a task may have run where an executor was killed before that counts as a failure of the task. */
    private static final int SUSPICIONS_FORGIVEN = 8;

    private static final int ENDED_SETS_REMEMBERED = 4_096;

    /** Numbers of tasks begin here for each epoch, so that those of an earlier driver are never taken for ours. */
    private static final int TASKS_PER_EPOCH_BITS = 40;

    private final SchedulingConfig config;
    private final Outbox outbox;
    private final ExecutorTable executors;
    private final SetOrder order;
    private final Exclusions exclusions;
    private final BarrierRounds barriers;
    private final SequencedMap<StageAttempt, ActiveSet> open = new LinkedHashMap<>();
    private final Set<StageAttempt> ended = Newest.set(ENDED_SETS_REMEMBERED);
    private final AttemptTable attempts = new AttemptTable();
    private long nextTask;

    TaskSets(
            Epoch epoch,
            SchedulingConfig config,
            Outbox outbox,
            ExecutorTable executors,
            SetOrder order,
            Exclusions exclusions,
            BarrierRounds barriers) {
        this.config = config;
        this.outbox = outbox;
        this.executors = executors;
        this.order = order;
        this.exclusions = exclusions;
        this.barriers = barriers;
        this.nextTask = Math.max(0, epoch.number() - 1) << TASKS_PER_EPOCH_BITS;
    }

    Collection<ActiveSet> open() {
        return open.sequencedValues();
    }

    @Nullable ActiveSet get(StageAttempt stage) {
        return open.get(stage);
    }

    int attempts() {
        return attempts.size();
    }

    void submit(TaskSet tasks, long now) {
        if (open.containsKey(tasks.stage()) || ended.contains(tasks.stage())) {
            return;
        }
        SlotIndex slots = executors.slots(tasks.perTask());
        var set = new ActiveSet(tasks, slots.need, slots, order.enter(tasks.pool()), now);
        if (config.speculation().enabled() && !tasks.barrier()) {
            set.durations = new DurationHistogram();
        }
        Nearness.note(set, executors);
        set.need.waiting += set.size();
        open.put(set.stage, set);
        order.refresh(set);
    }

    void cancel(StageAttempt stage, boolean interrupt, String reason) {
        ActiveSet set = open.get(stage);
        if (set != null) {
            killAll(set, interrupt, reason);
            close(set, reason);
        }
    }

    /** An input of the stage is lost: what has not begun will not begin, what runs goes on. */
    void hold(StageAttempt stage) {
        ActiveSet set = open.get(stage);
        if (set == null) {
            outbox.tellDag(new SchedulingEvent.TasksHeld(stage, List.of()));
            return;
        }
        stopLaunching(set);
        closeIfNothingIsLeft(set);
    }

    private void stopLaunching(ActiveSet set) {
        var partitions = new ArrayList<Integer>();
        for (int index = set.pending.first(); index >= 0; index = set.pending.first()) {
            partitions.add(set.partition(index));
            takeFromWaiting(set, index);
        }
        if (set.barrier != null) {
            set.barrier.takeHeldBack().forEach(done -> partitions.add(done.partition()));
            killAll(set, true, "an input of the barrier set is lost");
        }
        set.held = true;
        set.wantedCopies.clear();
        order.refresh(set);
        outbox.tellDag(new SchedulingEvent.TasksHeld(set.stage, partitions));
        callBackQueued(set);
    }

    void abort(ActiveSet set, String reason) {
        killAll(set, true, "the task set was aborted");
        close(set, reason);
        outbox.tellDag(new SchedulingEvent.TaskSetAborted(set.stage, reason));
    }

    void partitionFinished(StageAttempt stage, int partition, long now) {
        ActiveSet set = open.get(stage);
        // a barrier set needs all its tasks at once, those too whose results nobody needs any more
        if (set == null || set.barrier != null) {
            return;
        }
        int index = set.indexOf(partition);
        if (index < 0 || set.finished.get(index)) {
            return;
        }
        takeFromWaiting(set, index);
        finish(set, index);
        completeIfDone(set, now);
    }

    /** Gives the task to the executor. */
    void launch(ActiveSet set, int index, ExecutorEntry executor, long now) {
        boolean copy = set.live(index) != null;
        if (!copy) {
            set.pending.take(index);
            set.need.waiting--;
        }
        var attempt = new Attempt(new TaskId(++nextTask), set, index, set.nextAttempt(index), executor, copy, now);
        executor.add(attempt);
        set.add(attempt);
        attempts.put(attempt);
        if (!set.everPlaced) {
            set.everPlaced = true;
            set.firstPlacedNanos = now;
        }
        set.need.placed++;
        order.use(set, set.need.milliCpus());
        order.refresh(set);
        executors.update(executor);
        if (!set.installed.get(executor.number)) {
            set.installed.set(executor.number);
            TaskSet tasks = set.tasks;
            outbox.order(
                    executor, new ExecutorOrder.InstallStage(set.stage, tasks.code(), tasks.inputs(), tasks.perTask()));
        }
        int partition = set.partition(index);
        outbox.launch(
                executor,
                set,
                new TaskLaunch(attempt.id, partition, attempt.number, set.tasks.tasks().slices(partition)));
    }

    /** An executor says that an attempt is over; what it says a second time, or too late, changes nothing. */
    void taskEnded(ExecutorEntry executor, ExecutorReport.TaskEnded report, long now) {
        Attempt attempt = attempts.get(report.task().number());
        if (attempt == null || attempt.executor != executor) {
            return;
        }
        detach(attempt);
        ActiveSet set = attempt.set;
        if (set.closed != null) {
            forgetResult(executor, report.outcome());
            return;
        }
        switch (report.outcome()) {
            case TaskOutcome.Succeeded succeeded -> succeeded(attempt, succeeded, report.metrics(), now);
            case TaskOutcome.Failed failed -> failed(attempt, failed, report.metrics());
            case TaskOutcome.FetchFailed lost -> fetchFailed(attempt, lost, report.metrics());
            case TaskOutcome.Killed killed -> unfinished(attempt, killed, report.metrics());
            case TaskOutcome.ExecutorLost lost -> unfinished(attempt, lost, report.metrics());
        }
        closeIfNothingIsLeft(set);
    }

    /** Tasks that queued at the executor will not run there. */
    void returned(ExecutorEntry executor, List<TaskId> tasks) {
        executor.callBackAnswered();
        comeBack(executor, tasks);
    }

    /** The code of the stage was lost on its way to the executor, so its tasks cannot start there. */
    void stageMissing(ExecutorEntry executor, StageAttempt stage, List<TaskId> tasks) {
        ActiveSet set = open.get(stage);
        if (set != null) {
            set.installed.clear(executor.number);
        }
        comeBack(executor, tasks);
    }

    private void comeBack(ExecutorEntry executor, List<TaskId> tasks) {
        for (TaskId task : tasks) {
            Attempt attempt = attempts.get(task.number());
            if (attempt != null && attempt.executor == executor) {
                detach(attempt);
                if (attempt.set.closed == null) {
                    comeBack(attempt);
                    closeIfNothingIsLeft(attempt.set);
                }
            }
        }
    }

    /** The executor is gone, and every attempt there with it. Only those that ran can have been its end. */
    void executorLost(ExecutorEntry executor, String reason, LossReason.Blame blame) {
        for (Attempt attempt = executor.firstAttempt; attempt != null; attempt = executor.firstAttempt) {
            boolean ran = attempt.held;
            detach(attempt);
            if (attempt.set.closed != null) {
                continue;
            }
            var outcome = new TaskOutcome.ExecutorLost(reason, ran && isToBlame(attempt, blame));
            if (outcome.tasksFault()) {
                failed(attempt, outcome, TaskMetrics.NONE);
            } else {
                unfinished(attempt, outcome, TaskMetrics.NONE);
            }
            closeIfNothingIsLeft(attempt.set);
        }
        for (ActiveSet set : open.values()) {
            set.installed.clear(executor.number);
            set.placesChanged = true;
        }
    }

    private void succeeded(Attempt attempt, TaskOutcome.Succeeded outcome, TaskMetrics metrics, long now) {
        ActiveSet set = attempt.set;
        set.ran(metrics.runNanos(), config.queueAhead());
        BarrierState barrier = set.barrier;
        if (barrier != null && (barrier.startingOver || set.held)) {
            unfinished(attempt, new TaskOutcome.Killed("another task of the barrier set did not finish"), metrics);
            return;
        }
        if (set.finished.get(attempt.index)) {
            forgetResult(attempt.executor, outcome);
            tellEnded(attempt, new TaskOutcome.Killed("another attempt had finished"), metrics, true);
            return;
        }
        takeFromWaiting(set, attempt.index); // another attempt may have failed, and this one lived
        finish(set, attempt.index);
        if (barrier != null) {
            barrier.holdBack(endedTask(attempt, outcome, metrics, false));
            barriers.finished(set, attempt.index);
        } else {
            tellEnded(attempt, outcome, metrics, false);
        }
        completeIfDone(set, now);
    }

    /** Whose executors are killed time and again is taken for the cause. */
    private static boolean isToBlame(Attempt attempt, LossReason.Blame blame) {
        return switch (blame) {
            case NONE -> false;
            case PERHAPS -> attempt.set.suspected(attempt.index) > SUSPICIONS_FORGIVEN;
            case LIKELY -> true;
        };
    }

    private void failed(Attempt attempt, TaskOutcome outcome, TaskMetrics metrics) {
        ActiveSet set = attempt.set;
        if (attempt.killed || set.finished.get(attempt.index)) {
            unfinished(attempt, outcome, metrics); // it threw because it was interrupted, or it does not matter
            return;
        }
        set.remember(attempt.index, failureOf(attempt, outcome));
        if (outcome instanceof TaskOutcome.Failed(Failure failure) && failure.permanent()) {
            tellEnded(attempt, outcome, metrics, false);
            abort(set, AbortReason.permanentFailure(set, attempt.index));
            return;
        }
        if (outcome instanceof TaskOutcome.Failed) {
            exclusions.failed(set, attempt);
        }
        int failures = set.barrier != null ? ++set.barrier.failures : set.failed(attempt.index);
        if (failures >= config.maxTaskFailures()) {
            tellEnded(attempt, outcome, metrics, false);
            abort(set, AbortReason.tooManyFailures(set, attempt.index, config.maxTaskFailures()));
            return;
        }
        unfinished(attempt, outcome, metrics);
    }

    private void fetchFailed(Attempt attempt, TaskOutcome.FetchFailed outcome, TaskMetrics metrics) {
        ActiveSet set = attempt.set;
        // a copy of it that still runs may yet bring the partition
        boolean had = set.finished.get(attempt.index) || set.live(attempt.index) != null;
        tellEnded(attempt, outcome, metrics, had);
        if (had) {
            return;
        }
        set.abandoned.set(attempt.index);
        if (set.barrier != null && !set.held) {
            stopLaunching(set);
        }
    }

    /** The attempt brought nothing; the task is tried again unless that is pointless. */
    private void unfinished(Attempt attempt, TaskOutcome outcome, TaskMetrics metrics) {
        ActiveSet set = attempt.set;
        boolean had = set.finished.get(attempt.index) || set.live(attempt.index) != null;
        tellEnded(attempt, outcome, metrics, had || !set.held);
        if (had) {
            return;
        }
        if (set.held) {
            set.abandoned.set(attempt.index);
            return;
        }
        wait(set, attempt.index);
        startOver(set);
    }

    /** The attempt never began. */
    private void comeBack(Attempt attempt) {
        ActiveSet set = attempt.set;
        if (set.finished.get(attempt.index) || set.live(attempt.index) != null) {
            return;
        }
        if (set.held) {
            set.abandoned.set(attempt.index);
            outbox.tellDag(new SchedulingEvent.TasksHeld(set.stage, List.of(set.partition(attempt.index))));
        } else {
            wait(set, attempt.index);
            startOver(set);
        }
    }

    private void wait(ActiveSet set, int index) {
        if (!set.pending.waits(index)) {
            set.pending.putBack(index);
            set.need.waiting++;
            order.refresh(set);
        }
    }

    private void takeFromWaiting(ActiveSet set, int index) {
        if (set.pending.waits(index)) {
            set.pending.take(index);
            set.need.waiting--;
            order.refresh(set);
        }
    }

    private void callBackQueued(ActiveSet set) {
        var counts = new LinkedHashMap<ExecutorEntry, Integer>();
        for (Attempt attempt = set.firstAttempt; attempt != null; attempt = attempt.nextInSet) {
            if (!attempt.held) {
                counts.merge(attempt.executor, 1, Integer::sum);
            }
        }
        counts.forEach((executor, count) -> outbox.order(executor, new ExecutorOrder.ReturnTasks(set.stage, count)));
    }

    /** One task of a barrier set did not finish: the others, which wait for it, cannot either. */
    private void startOver(ActiveSet set) {
        BarrierState barrier = set.barrier;
        if (barrier == null || barrier.startingOver) {
            return;
        }
        barrier.startingOver = true;
        killAll(set, true, "another task of the barrier set did not finish");
        barrier.takeHeldBack();
        for (int index = set.finished.nextSetBit(0); index >= 0; index = set.finished.nextSetBit(index + 1)) {
            wait(set, index);
        }
        set.finished.clear();
        set.finishedCount = 0;
    }

    private void finish(ActiveSet set, int index) {
        set.finished.set(index);
        set.finishedCount++;
        set.abandoned.clear(index);
        Attempt other = set.live(index);
        if (other != null) {
            outbox.kill(other, true, "another attempt has finished");
        }
        Attempt copy = set.copy(index);
        if (copy != null) {
            outbox.kill(copy, true, "another attempt has finished");
        }
    }

    private void completeIfDone(ActiveSet set, long now) {
        if (set.finishedCount == set.size()) {
            if (set.barrier != null) {
                set.barrier.takeHeldBack().forEach(outbox::tellDagEnded);
            }
            exclusions.succeeded(set, now);
            close(set, "complete");
        }
    }

    /** A set that was held is over when nothing of it runs; so is one whose rest waits for lost inputs. */
    private void closeIfNothingIsLeft(ActiveSet set) {
        if (set.closed != null || set.attempts > 0 || set.pending.count() > 0) {
            return;
        }
        boolean over = set.held || set.finishedCount + set.abandoned.cardinality() == set.size();
        if (over) {
            close(set, "its inputs are lost");
        }
    }

    private void killAll(ActiveSet set, boolean interrupt, String reason) {
        barriers.end(set, reason);
        for (Attempt attempt = set.firstAttempt; attempt != null; attempt = attempt.nextInSet) {
            outbox.kill(attempt, interrupt, reason);
        }
    }

    private void close(ActiveSet set, String reason) {
        set.closed = reason;
        set.need.waiting -= set.pending.count();
        open.remove(set.stage);
        ended.add(set.stage);
        order.refresh(set);
        var forget = new ExecutorOrder.ForgetStage(set.stage);
        for (int number = set.installed.nextSetBit(0); number >= 0; number = set.installed.nextSetBit(number + 1)) {
            ExecutorEntry executor = executors.numbered(number);
            if (executor != null) {
                outbox.orderForSure(executor, forget);
            }
        }
        forgetIfOver(set);
    }

    private void detach(Attempt attempt) {
        ActiveSet set = attempt.set;
        attempts.remove(attempt);
        attempt.executor.remove(attempt);
        set.remove(attempt);
        set.need.placed--;
        order.use(set, -set.need.milliCpus());
        executors.markChanged(attempt.executor);
        forgetIfOver(set);
    }

    private void forgetIfOver(ActiveSet set) {
        if (set.closed != null && set.attempts == 0) {
            order.leave(set);
            exclusions.forget(set);
            executors.release(set.need, set.tasks.perTask());
        }
    }

    private void forgetResult(ExecutorEntry executor, TaskOutcome outcome) {
        if (outcome instanceof TaskOutcome.StoredResult(BlockId block, _, _)) {
            outbox.orderForSure(executor, new ExecutorOrder.ForgetBlock(block));
        }
    }

    private void tellEnded(Attempt attempt, TaskOutcome outcome, TaskMetrics metrics, boolean willRetry) {
        outbox.tellDagEnded(endedTask(attempt, outcome, metrics, willRetry));
    }

    private static EndedTask endedTask(Attempt attempt, TaskOutcome outcome, TaskMetrics metrics, boolean willRetry) {
        ActiveSet set = attempt.set;
        ExecutorEntry executor = attempt.executor;
        return new EndedTask(
                set.stage,
                set.partition(attempt.index),
                attempt.id,
                executor.id,
                executor.host.name,
                outcome,
                metrics,
                willRetry);
    }

    private static ActiveSet.FailedAttempt failureOf(Attempt attempt, TaskOutcome outcome) {
        Failure failure =
                switch (outcome) {
                    case TaskOutcome.Failed(Failure thrown) -> thrown;
                    case TaskOutcome.ExecutorLost(String reason, _) -> new Failure("executor lost", reason, "");
                    case TaskOutcome other -> new Failure(other.toString(), "", "");
                };
        return new ActiveSet.FailedAttempt(
                attempt.number,
                attempt.executor.id.name(),
                attempt.executor.host.name,
                failure.toString(),
                failure.stack());
    }

    /** An attempt that has not ended, or null. */
    @Nullable Attempt attempt(TaskId task) {
        return attempts.get(task.number());
    }

    /** The attempt is not at its executor, and nobody will say what became of it. */
    void lostOnTheWay(Attempt attempt) {
        detach(attempt);
        outbox.kill(attempt, true, "taken as lost");
        attempt.set.installed.clear(attempt.executor.number); // the code may have been lost with the launch
        if (attempt.set.closed == null) {
            var outcome = new TaskOutcome.Killed("its launch or its outcome was lost on the way");
            unfinished(attempt, outcome, TaskMetrics.NONE);
            closeIfNothingIsLeft(attempt.set);
        }
    }
}

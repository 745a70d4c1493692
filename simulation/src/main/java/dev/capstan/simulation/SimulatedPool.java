package dev.capstan.simulation;

import dev.capstan.engine.execution.InstalledStage;
import dev.capstan.engine.execution.TaskResult;
import dev.capstan.engine.execution.TaskRunner;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder.InstallStage;
import dev.capstan.engine.protocol.ExecutorReport.TaskProgress;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.executor.logic.ExecutorOperation;
import dev.capstan.executor.logic.ExecutorSignal.CopyFailed;
import dev.capstan.executor.logic.ExecutorSignal.PoolState;
import dev.capstan.executor.logic.ExecutorSignal.TaskDone;
import dev.capstan.executor.logic.ExecutorSignal.TasksTakenBack;
import dev.capstan.executor.logic.RunQueue;
import dev.capstan.executor.logic.RunQueue.Queued;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.testing.Simulation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The virtual-time twin of the executor's task pool: the same run queue and the same runner, but a task takes as long
 * as chance says, and its work is done at the moment at which it ends.
 */
final class SimulatedPool implements Operations {
    private static final Duration NOTICES_INTERRUPT = Duration.ofMillis(5);

    private final Simulation simulation;
    private final Faults faults;
    private final Mutant mutant;
    private final SimulatedExecutor executor;
    private final TaskRunner runner;
    private final RunQueue queue;
    private final Map<StageAttempt, InstallStage> stages = new LinkedHashMap<>();
    private final Map<TaskId, Running> running = new LinkedHashMap<>();

    /** A task that takes its time. */
    private static final class Running {
        final Queued task;
        final InstallStage stage;
        final long startedNanos;
        @Nullable String killed;

        Running(Queued task, InstallStage stage, long startedNanos) {
            this.task = task;
            this.stage = stage;
            this.startedNanos = startedNanos;
        }
    }

    SimulatedPool(Simulation simulation, Faults faults, Mutant mutant, SimulatedExecutor executor, TaskRunner runner) {
        this.simulation = simulation;
        this.faults = faults;
        this.mutant = mutant;
        this.executor = executor;
        this.runner = runner;
        this.queue = new RunQueue(executor.resources());
    }

    /** What the running tasks take. */
    Resources used() {
        return running.values().stream().map(task -> task.task.takes()).reduce(Resources.NONE, Resources::plus);
    }

    boolean idle() {
        return running.isEmpty() && queue.waiting().isEmpty();
    }

    @Override
    public void perform(Operation operation, Consumer<Message> reply) {
        switch ((ExecutorOperation) operation) {
            case ExecutorOperation.Install(var stage) -> stages.put(stage.stage(), stage);
            case ExecutorOperation.Enqueue(var stage, var tasks) -> enqueue(stage, tasks, reply);
            case ExecutorOperation.Kill(var tasks, var interrupt, var reason) -> kill(tasks, interrupt, reason, reply);
            case ExecutorOperation.Abandon(var task) -> end(task, "abandoned", reply);
            case ExecutorOperation.TakeBack(var stage, var most) ->
                    takeBack(task -> task.stage().equals(stage), most, reply);
            case ExecutorOperation.TakeBackAll() -> takeBack(_ -> true, Integer.MAX_VALUE, reply);
            case ExecutorOperation.Look() -> look(reply);
            case ExecutorOperation.DropStage(var stage) -> stages.remove(stage);
            case ExecutorOperation.DropShuffle(var shuffle) -> executor.shuffles().forget(shuffle);
            case ExecutorOperation.DropDataset(var dataset) -> executor.blocks().dropDataset(dataset);
            case ExecutorOperation.DropBroadcast(var broadcast) -> executor.broadcasts().forget(broadcast);
            case ExecutorOperation.DropBlock(var block) -> executor.blocks().drop(block);
            case ExecutorOperation.Copy(var block, var level, var from) -> {
                BlockStore.Copying copying = executor.blocks().copying(block, level, from);
                simulation.at(faults.runTime(), () -> copy(block, copying, reply));
            }
            case ExecutorOperation.Stop _ -> executor.crash();
        }
    }

    private void copy(BlockId.CachedPartition block, BlockStore.Copying copying, Consumer<Message> reply) {
        if (!executor.alive()) {
            return;
        }
        try {
            if (!copying.run()) {
                reply.accept(new CopyFailed(block, "it was dropped"));
            }
        } catch (Exception e) {
            reply.accept(new CopyFailed(block, String.valueOf(e.getMessage())));
        }
    }

    private void enqueue(StageAttempt stage, List<TaskLaunch> tasks, Consumer<Message> reply) {
        InstallStage install = stages.get(stage);
        for (TaskLaunch task : tasks) {
            if (install == null) {
                var failure = new Failure("MissingStage", "the code of " + stage + " has not arrived", "");
                reply.accept(new TaskDone(task.id(), new TaskOutcome.Failed(failure), TaskMetrics.NONE));
            } else {
                queue.add(new Queued(stage, task, install.perTask(), simulation.nowNanos()));
            }
        }
        startWhatFits(reply);
    }

    private void startWhatFits(Consumer<Message> reply) {
        Queued task = queue.start();
        while (task != null) {
            start(task, reply);
            task = queue.start();
        }
        if (mutant == Mutant.STARTS_WITHOUT_ROOM) {
            for (Queued forced : queue.takeBack(_ -> true, 1)) {
                start(forced, reply);
            }
        }
    }

    private void start(Queued task, Consumer<Message> reply) {
        InstallStage stage = stages.get(task.stage());
        if (stage == null) {
            queue.finish(task.launch().id());
            reply.accept(
                    new TaskDone(task.launch().id(), new TaskOutcome.Killed("its stage is over"), TaskMetrics.NONE));
            return;
        }
        TaskId id = task.launch().id();
        running.put(id, new Running(task, stage, simulation.nowNanos()));
        simulation.at(faults.runTime(), () -> end(id, null, reply));
    }

    /** The task's time is over, or it was told to end. */
    private void end(TaskId id, @Nullable String abandoned, Consumer<Message> reply) {
        Running task = executor.alive() ? running.remove(id) : null;
        if (task == null) {
            return; // it ended before, or went down with its executor
        }
        queue.finish(id);
        long ran = simulation.nowNanos() - task.startedNanos;
        String killed = abandoned != null ? abandoned : task.killed;
        TaskResult result =
                killed != null ? new TaskResult(new TaskOutcome.Killed(killed), TaskMetrics.NONE) : compute(task);
        TaskMetrics metrics = result.metrics();
        reply.accept(
                new TaskDone(
                        id,
                        result.outcome(),
                        metrics.queuedFor(task.startedNanos - task.task.arrivedNanos()).ranFor(ran)));
        startWhatFits(reply);
    }

    private TaskResult compute(Running task) {
        TaskLaunch launch = task.task.launch();
        if (faults.failsTask(task.task.stage().stage(), launch.partition())) {
            var failure = new Failure("dev.capstan.simulation.Injected", "a fault of this seed", "");
            return new TaskResult(new TaskOutcome.Failed(failure), TaskMetrics.NONE);
        }
        InstallStage install = task.stage;
        var stage =
                new InstalledStage(
                        install.stage(), install.code(), install.inputs(), SimulatedPool.class.getClassLoader());
        return runner.run(stage, launch);
    }

    private void kill(List<TaskId> tasks, boolean interrupt, String reason, Consumer<Message> reply) {
        for (Queued waiting : queue.takeBack(task -> tasks.contains(task.launch().id()), tasks.size())) {
            reply.accept(new TaskDone(waiting.launch().id(), new TaskOutcome.Killed(reason), TaskMetrics.NONE));
        }
        for (TaskId id : tasks) {
            Running task = running.get(id);
            if (task != null) {
                task.killed = reason;
                if (interrupt && faults.noticesInterrupt()) {
                    simulation.at(NOTICES_INTERRUPT, () -> end(id, null, reply));
                }
            }
        }
    }

    private void takeBack(Predicate<Queued> which, int most, Consumer<Message> reply) {
        reply.accept(new TasksTakenBack(queue.takeBack(which, most).stream().map(task -> task.launch().id()).toList()));
    }

    private void look(Consumer<Message> reply) {
        List<TaskProgress> progress = new ArrayList<>();
        running.forEach((id, task) -> progress.add(new TaskProgress(id, simulation.nowNanos() - task.startedNanos, 0)));
        reply.accept(new PoolState(progress, queue.waiting()));
    }
}

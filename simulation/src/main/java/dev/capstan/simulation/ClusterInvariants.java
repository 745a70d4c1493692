package dev.capstan.simulation;

import dev.capstan.driver.dag.DagScheduler;
import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.scheduling.LeaseTaskScheduler;
import dev.capstan.driver.scheduling.SchedulingView;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What must hold in a simulated cluster, whatever goes wrong. */
final class ClusterInvariants {
    private final DagScheduler dag;
    private final LeaseTaskScheduler tasks;
    private final Collection<SimulatedExecutor> executors;
    private final RandomProgram program;
    private final Set<ExecutorId> resized = new LinkedHashSet<>();
    private Set<String> suspected = Set.of();

    /**
     * @param executors a view of all that were ever started
     */
    ClusterInvariants(
            DagScheduler dag,
            LeaseTaskScheduler tasks,
            Collection<SimulatedExecutor> executors,
            RandomProgram program) {
        this.dag = dag;
        this.tasks = tasks;
        this.executors = executors;
        this.program = program;
    }

    /** From now on what runs on the executor may be more than what is leased of it. */
    void resized(ExecutorId executor) {
        resized.add(executor);
    }

    /** What must hold after every step. */
    void check() {
        for (SimulatedExecutor executor : executors) {
            if (executor.alive() && !executor.resources().covers(executor.pool().used())) {
                throw new AssertionError(
                        executor.node() + " uses " + executor.pool().used() + " of " + executor.resources());
            }
        }
        for (SchedulingView.ExecutorLine line : tasks.view().executors()) {
            if (!line.leased().covers(line.held()) && !resized.contains(line.executor())) {
                throw new AssertionError(line.executor() + " holds " + line.held() + " of " + line.leased());
            }
        }
        checkInputs(dag.view());
    }

    /**
     * What must hold once the actors of the driver have heard of each other all there is to hear: what is wrong now and
     * was wrong the last time is wrong for good.
     */
    void checkSettled() {
        Set<String> wrong = new LinkedHashSet<>();
        DagView stages = dag.view();
        SchedulingView scheduling = tasks.view();
        Set<ExecutorId> known = new LinkedHashSet<>();
        scheduling.executors().forEach(line -> known.add(line.executor()));
        stages.mapOutputs()
                .forEach((shuffle, locations) ->
                        locations.forEach(location -> {
                            if (location != null && !known.contains(location)) {
                                wrong.add(
                                        "outputs of "
                                                + shuffle
                                                + " are thought to be on "
                                                + location
                                                + ", which is gone");
                            }
                        }));
        Set<StageAttempt> needed = new LinkedHashSet<>();
        stages.stages().forEach(stage -> needed.addAll(stage.inFlight()));
        for (SchedulingView.TaskSetLine set : scheduling.taskSets()) {
            if (!needed.contains(set.stage())) {
                wrong.add("nobody needs " + set.stage() + " any more, but its tasks go on");
            }
        }
        for (String one : wrong) {
            if (suspected.contains(one)) {
                throw new AssertionError(one);
            }
        }
        suspected = wrong;
    }

    /** No attempt goes on launching tasks although an input of it is known to be missing. */
    private void checkInputs(DagView view) {
        if (program.caches()) {
            return; // what lies behind a cached dataset need not be there
        }
        for (DagView.StageLine stage : view.stages()) {
            for (ShuffleId shuffle : stage.reads()) {
                List<?> outputs = view.mapOutputs().get(shuffle);
                if (outputs != null && outputs.contains(null)) {
                    throw new AssertionError(stage + " launches tasks although outputs of " + shuffle + " are missing");
                }
            }
        }
    }

    /** Everything that is kept is known, and has the copies that it wants. */
    private void checkCopies() {
        for (SimulatedExecutor executor : executors) {
            for (BlockId block : executor.alive() ? executor.blocks().list() : List.<BlockId>of()) {
                if (block instanceof BlockId.CachedPartition cached
                        && !dag.holders(cached).contains(executor.lease().executor())) {
                    throw new AssertionError(executor.node() + " keeps " + block + ", and the driver does not know");
                }
            }
        }
        if (!dag.withoutWantedCopies().isEmpty()) {
            throw new AssertionError("nobody sees to the copies of " + dag.withoutWantedCopies());
        }
    }

    /** What must hold once all jobs are over, and everybody has heard of it. */
    void checkNothingIsLeft() {
        DagView view = dag.view();
        SchedulingView scheduling = tasks.view();
        if (!view.jobs().isEmpty() || !scheduling.taskSets().isEmpty()) {
            throw new AssertionError(
                    "all jobs are over, but " + view.jobs() + " and " + scheduling.taskSets() + " are left");
        }
        checkCopies();
        for (SimulatedExecutor executor : executors) {
            if (executor.alive() && (!executor.view().given().isEmpty() || !executor.pool().idle())) {
                throw new AssertionError(
                        "all jobs are over, but " + executor.node() + " still has " + executor.view().given());
            }
        }
    }
}

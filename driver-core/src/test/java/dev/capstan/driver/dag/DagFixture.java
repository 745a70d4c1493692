package dev.capstan.driver.dag;

import dev.capstan.driver.scheduling.SchedulingEvent;
import dev.capstan.driver.scheduling.SchedulingEvent.EndedTask;
import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.driver.scheduling.TaskSet;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** A DAG scheduler with its task scheduler and its desk played by the test. */
final class DagFixture {
    static final Address TASKS = new Address("driver", "tasks");
    static final Address DESK = new Address("driver", "desk");
    static final ExecutorId A = new ExecutorId("a");
    static final ExecutorId B = new ExecutorId("b");

    final DagScheduler dag;
    final List<JobEvent> told = new ArrayList<>();
    final List<SchedulingRequest> requested = new ArrayList<>();
    final List<Effect.Arm> armed = new ArrayList<>();
    final List<DagOperation.FetchResult> fetches = new ArrayList<>();
    private long now;
    private int nextJob;
    private long nextTask;

    DagFixture() {
        this(DagConfig.defaults());
    }

    DagFixture(DagConfig config) {
        dag = new DagScheduler(config, TASKS, DESK);
        tell(new SchedulingEvent.ExecutorJoined(A, "host-a", Resources.cpus(1)));
        tell(new SchedulingEvent.ExecutorJoined(B, "host-b", Resources.cpus(1)));
    }

    void tell(Message... messages) {
        for (Message message : messages) {
            take(dag.on(message, now));
        }
        take(dag.endOfTurn(now));
        now += 1_000_000;
    }

    private void take(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Send(_, JobEvent event) -> told.add(event);
                case Effect.Send(_, SchedulingRequest request) -> requested.add(request);
                case Effect.Arm arm -> armed.add(arm);
                case Effect.Perform(DagOperation.FetchResult fetch) -> fetches.add(fetch);
                default -> throw new AssertionError("unexpected " + effect);
            }
        }
    }

    /** Fires the resubmit timer. */
    void resubmit() {
        tell(new DagMessage.ResubmitStages());
    }

    JobId submit(StagePlan result, int... partitions) {
        var id = new JobId(nextJob++);
        tell(new DagMessage.SubmitJob(plan(id, result, "", partitions)));
        return id;
    }

    static JobPlan plan(JobId id, StagePlan result, String group, int... partitions) {
        int[] wanted = partitions.length > 0 ? partitions : IntStream.range(0, result.partitions()).toArray();
        return new JobPlan(
                id, "test", group, new LinkedHashSet<>(List.of("tag-of-" + id)), "default", false, result, wanted);
    }

    static StagePlan map(int shuffle, int partitions, StagePlan... parents) {
        return stage("map-" + shuffle, new ShuffleId(shuffle), partitions, parents);
    }

    static StagePlan result(int partitions, StagePlan... parents) {
        return stage("result", null, partitions, parents);
    }

    static StagePlan stage(
            String name, @org.jspecify.annotations.Nullable ShuffleId writes, int partitions, StagePlan... parents) {
        var inputs =
                new StagePlan.Inputs() {
                    @Override
                    public List<StagePlan> parents(Predicate<StagePlan.PersistentDataset> complete) {
                        return List.of(parents);
                    }
                };
        return new StagePlan(
                name, writes, partitions, new StageCode(new byte[0], true), inputs, Resources.cpus(1), false);
    }

    /** The task sets submitted since the last call. */
    List<TaskSet> submitted() {
        List<TaskSet> sets = new ArrayList<>();
        for (SchedulingRequest request : requested) {
            if (request instanceof SchedulingRequest.SubmitTasks(var set)) {
                sets.add(set);
            }
        }
        requested.clear();
        return sets;
    }

    void finish(TaskSet set, ExecutorId executor) {
        for (int partition : set.partitions()) {
            finish(set, partition, executor);
        }
    }

    void finish(TaskSet set, int partition, ExecutorId executor) {
        TaskOutcome outcome =
                set.name().startsWith("map")
                        ? new TaskOutcome.MapOutput(10)
                        : new TaskOutcome.Result(new byte[] {(byte) partition});
        end(set, partition, executor, outcome, false);
    }

    void fetchFails(TaskSet set, int partition, int shuffle, int map, ExecutorId from) {
        end(set, partition, A, new TaskOutcome.FetchFailed(new ShuffleId(shuffle), map, from, "gone"), false);
    }

    void fails(TaskSet set, int partition, boolean willRetry) {
        var failure = new TaskOutcome.Failed(new Failure("X", "boom", ""));
        end(set, partition, A, failure, willRetry);
    }

    void end(TaskSet set, int partition, ExecutorId executor, TaskOutcome outcome, boolean willRetry) {
        tell(
                new SchedulingEvent.TasksEnded(
                        List.of(
                                new EndedTask(
                                        set.stage(),
                                        partition,
                                        new TaskId(nextTask++),
                                        executor,
                                        "host",
                                        outcome,
                                        TaskMetrics.NONE,
                                        willRetry))));
    }

    List<JobEvent.JobEnded> ended() {
        return told.stream()
                .filter(event -> event instanceof JobEvent.JobEnded)
                .map(event -> (JobEvent.JobEnded) event)
                .toList();
    }

    List<Integer> results(JobId job) {
        return told.stream()
                .filter(event -> event instanceof JobEvent.PartitionResult result && result.job().equals(job))
                .map(event -> ((JobEvent.PartitionResult) event).index())
                .toList();
    }
}

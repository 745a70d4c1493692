package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.scheduling.LeaseTaskScheduler;
import dev.capstan.driver.scheduling.SchedulingConfig;
import dev.capstan.driver.scheduling.SchedulingEvent;
import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.driver.scheduling.TaskSet;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a task costs the task scheduler, placed and ended, with executors that end everything in batches and cost
 * nothing. Only the time within the actor counts.
 */
final class SchedulingCost {
    private static final Address DAG = new Address("driver", "dag");
    private static final Address BACKEND = new Address("driver", "backend");
    private static final Epoch EPOCH = new Epoch(1);
    private static final int BATCH = 64;
    private static final int CPUS = 4;
    private static final long LONG_TASK_NANOS = 20_000_000; // nothing is sent ahead

    private final LeaseTaskScheduler scheduler =
            new LeaseTaskScheduler(DAG, BACKEND, EPOCH, SchedulingConfig.defaults());
    private final Map<Address, Fake> executors = new HashMap<>(); // looked up, never iterated
    private final ArrayDeque<Fake> busy = new ArrayDeque<>();
    private final long taskNanos;
    private long now;
    private long inside;
    private int stages;
    private long ended;

    /** An executor that ends what it is given when it is its turn. */
    private static final class Fake {
        final ExecutorId id;
        final Address address;
        final ArrayDeque<TaskId> tasks = new ArrayDeque<>();
        long sequence;
        boolean queued;

        Fake(int number) {
            id = new ExecutorId("executor-" + number);
            address = new Address(id.name(), "executor");
        }
    }

    /**
     * @param taskNanos what executors say that a task ran; short tasks are sent ahead
     */
    SchedulingCost(int count, int cpus, long taskNanos) {
        this.taskNanos = taskNanos;
        Resources resources = Resources.cpus(cpus);
        for (int i = 0; i < count; i++) {
            var fake = new Fake(i);
            executors.put(fake.address, fake);
            var lease = new LeaseId("lease-" + i);
            String host = "host-" + i / 4;
            tell(new BackendEvent.Granted(new Lease(lease, fake.id, host, resources)));
            tell(
                    new ExecutorReports(
                            new Epoch(0),
                            fake.id,
                            fake.address,
                            0,
                            0,
                            List.of(new ExecutorReport.Register(lease, host, resources))));
        }
        endTurn();
    }

    static Program prepare(int executors, int tasks) {
        var cost = new SchedulingCost(executors, CPUS, LONG_TASK_NANOS);
        return () -> Figure.of(cost.nanosPerTask(tasks), tasks);
    }

    /** Runs a set of so many tasks to its end. */
    double nanosPerTask(int tasks) {
        inside = 0;
        ended = 0;
        var stage = new StageAttempt(new StageId(stages), 0);
        tell(
                new SchedulingRequest.SubmitTasks(
                        new TaskSet(
                                stage,
                                new JobId(stages++),
                                "measured",
                                "default",
                                new StageCode(new byte[0], true),
                                List.of(),
                                IntStream.range(0, tasks).toArray(),
                                TaskSet.Tasks.PLAIN,
                                Resources.cpus(1),
                                false)));
        endTurn();
        while (!busy.isEmpty()) {
            Fake fake = busy.poll();
            fake.queued = false;
            now += taskNanos / Math.max(1, executors.size());
            report(fake);
            endTurn();
        }
        if (ended != tasks) {
            throw new IllegalStateException(ended + " of " + tasks + " tasks ended");
        }
        return (double) inside / tasks;
    }

    private void report(Fake fake) {
        var metrics = TaskMetrics.NONE.ranFor(taskNanos);
        List<ExecutorReport> reports = new ArrayList<>();
        for (TaskId task = fake.tasks.poll(); task != null; task = reports.size() < BATCH ? fake.tasks.poll() : null) {
            reports.add(new ExecutorReport.TaskEnded(task, new TaskOutcome.MapOutput(1), metrics));
        }
        tell(new ExecutorReports(EPOCH, fake.id, fake.address, ++fake.sequence, 0, reports));
    }

    private void tell(Message message) {
        long began = System.nanoTime();
        List<Effect> effects = scheduler.on(message, now);
        inside += System.nanoTime() - began;
        take(effects);
    }

    private void endTurn() {
        long began = System.nanoTime();
        List<Effect> effects = scheduler.endOfTurn(now);
        inside += System.nanoTime() - began;
        take(effects);
    }

    private void take(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(var to, ExecutorOrders orders)) {
                give(executors.get(to), orders);
            } else if (effect instanceof Effect.Send(_, SchedulingEvent.TasksEnded(var tasks))) {
                ended += tasks.size();
            }
        }
    }

    private void give(Fake fake, ExecutorOrders orders) {
        for (ExecutorOrder order : orders.orders()) {
            if (order instanceof ExecutorOrder.RunTasks(_, var launches)) {
                launches.forEach(launch -> fake.tasks.add(launch.id()));
            }
        }
        if (!fake.queued && !fake.tasks.isEmpty()) {
            fake.queued = true;
            busy.add(fake);
        }
    }
}

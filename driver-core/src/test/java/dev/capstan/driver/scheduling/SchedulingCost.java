package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.Lease;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.resource.Resources;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one task costs the scheduler's thread, placed and ended, with executors that end everything at once and cost as
 * little as can be. Only the time inside the actor counts.
 */
final class SchedulingCost {
    private static final Address DAG = new Address("driver", "dag");
    private static final Address BACKEND = new Address("driver", "backend");

    private final LeaseTaskScheduler scheduler =
            new LeaseTaskScheduler(DAG, BACKEND, new Epoch(1), SchedulingConfig.defaults());
    private final Map<Address, Fake> executors = new HashMap<>(); // looked up, never iterated
    private final List<Fake> busy = new ArrayList<>();
    private final int batch;
    private final long runNanos;
    private long now;
    private long insideNanos;
    private int stages;
    private long ended;

    private static final class Fake {
        final ExecutorId id;
        final Address address;
        final List<TaskId> tasks = new ArrayList<>();
        long sequence;
        boolean busy;

        Fake(String name) {
            id = new ExecutorId(name);
            address = new Address(name, "executor");
        }
    }

    /**
     * Registers executors.
     *
     * @param batch outcomes in one message, at most
     * @param runNanos what executors say that a task took
     */
    SchedulingCost(int count, int cpus, int batch, long runNanos) {
        this.batch = batch;
        this.runNanos = runNanos;
        for (int i = 0; i < count; i++) {
            var fake = new Fake("executor-" + i);
            executors.put(fake.address, fake);
            var lease = new LeaseId("lease-" + i);
            String host = "host-" + i / 4;
            scheduler.on(new BackendEvent.Granted(new Lease(lease, fake.id, host, Resources.cpus(cpus))), now);
            var register = new ExecutorReport.Register(lease, host, Resources.cpus(cpus));
            scheduler.on(new ExecutorReports(new Epoch(0), fake.id, fake.address, 0, List.of(register)), now);
        }
        take(scheduler.endOfTurn(now));
    }

    /** Runs a set of so many tasks to its end. Returns nanoseconds in the actor per task, its submission included. */
    double run(int tasks) {
        return run(TaskSchedulerFixture.tasks(stages++, tasks));
    }

    double run(TaskSet set) {
        insideNanos = 0;
        ended = 0;
        long began = System.nanoTime();
        scheduler.on(TaskSchedulerFixture.submit(set), now);
        List<Effect> effects = scheduler.endOfTurn(now);
        insideNanos += System.nanoTime() - began;
        take(effects);
        int next = 0;
        while (!busy.isEmpty()) {
            if (next >= busy.size()) {
                next = 0;
            }
            Fake fake = busy.get(next++);
            int count = Math.min(batch, fake.tasks.size());
            var reports = new ArrayList<ExecutorReport>(count);
            var metrics = new TaskMetrics(0, 0, runNanos, 0, 0, 0, 0, 0);
            for (TaskId task : fake.tasks.subList(0, count)) {
                reports.add(new ExecutorReport.TaskEnded(task, new TaskOutcome.MapOutput(1), metrics));
            }
            fake.tasks.subList(0, count).clear();
            if (fake.tasks.isEmpty()) {
                fake.busy = false;
                busy.set(--next, busy.getLast());
                busy.removeLast();
            }
            var message = new ExecutorReports(new Epoch(1), fake.id, fake.address, ++fake.sequence, reports);
            now += runNanos;
            began = System.nanoTime();
            scheduler.on(message, now);
            effects = scheduler.endOfTurn(now);
            insideNanos += System.nanoTime() - began;
            take(effects);
        }
        int size = set.partitions().length;
        if (ended != size) {
            throw new IllegalStateException(ended + " of " + size + " tasks ended");
        }
        return (double) insideNanos / size;
    }

    private void take(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(Address to, ExecutorOrders orders)) {
                Fake fake = executors.get(to);
                for (ExecutorOrder order : orders.orders()) {
                    if (order instanceof ExecutorOrder.RunTasks(_, var launches)) {
                        launches.forEach(launch -> fake.tasks.add(launch.id()));
                    }
                }
                if (!fake.busy && !fake.tasks.isEmpty()) {
                    fake.busy = true;
                    busy.add(fake);
                }
            } else if (effect instanceof Effect.Send(_, SchedulingEvent.TasksEnded(var tasks))) {
                ended += tasks.size();
            }
        }
    }
}

package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** An executor that does as it is ordered, as far as orders go; a test says how its tasks end. */
final class FakeExecutor {
    final ExecutorId id;
    final LeaseId lease;
    final String host;
    final Address address;
    Resources resources;

    /** Every order that came, in order. */
    final List<ExecutorOrder> orders = new ArrayList<>();

    final List<ExecutorOrders> messages = new ArrayList<>();
    final Set<StageAttempt> installed = new LinkedHashSet<>();

    /** What it has and has not reported, in the order in which it came. */
    final SequencedMap<TaskId, Running> tasks = new LinkedHashMap<>();

    final Set<TaskId> killOrdered = new LinkedHashSet<>();
    boolean welcome;
    boolean shutDown;
    boolean losesOrders;
    private long sequence;
    private long ordersTaken;

    FakeExecutor(String name, String host, Resources resources) {
        this.id = new ExecutorId(name);
        this.lease = new LeaseId("lease-of-" + name);
        this.host = host;
        this.address = new Address(name, "executor");
        this.resources = resources;
    }

    record Running(StageAttempt stage, TaskLaunch launch) {}

    void take(ExecutorOrders message) {
        if (losesOrders) {
            return;
        }
        messages.add(message);
        for (ExecutorOrder told : message.orders()) {
            ExecutorOrder order = told;
            if (told instanceof ExecutorOrder.Lasting(var number, var lasting)) {
                if (number != ordersTaken + 1) {
                    continue;
                }
                ordersTaken = number;
                order = lasting;
            }
            orders.add(order);
            switch (order) {
                case ExecutorOrder.Welcome _ -> welcome = true;
                case ExecutorOrder.InstallStage install -> installed.add(install.stage());
                case ExecutorOrder.RunTasks run -> {
                    if (!installed.contains(run.stage())) {
                        throw new AssertionError(id + " was given tasks of " + run.stage() + " without its code");
                    }
                    for (TaskLaunch launch : run.tasks()) {
                        tasks.put(launch.id(), new Running(run.stage(), launch));
                    }
                }
                case ExecutorOrder.KillTasks kill ->
                        kill.tasks().stream().filter(tasks::containsKey).forEach(killOrdered::add);
                case ExecutorOrder.ForgetStage forget -> installed.remove(forget.stage());
                case ExecutorOrder.Shutdown _, ExecutorOrder.Refuse _ -> shutDown = true;
                default -> {}
            }
        }
    }

    ExecutorReports register() {
        return reports(new ExecutorReport.Register(lease, host, resources));
    }

    /** The next message, with these reports. */
    ExecutorReports reports(ExecutorReport... reports) {
        return new ExecutorReports(new Epoch(0), id, address, ++sequence, ordersTaken, Arrays.asList(reports));
    }

    /** The same with a list. */
    ExecutorReports reports(List<ExecutorReport> reports) {
        return new ExecutorReports(new Epoch(0), id, address, ++sequence, ordersTaken, reports);
    }

    /** A message that need not arrive. */
    ExecutorReports unnumbered(ExecutorReport... reports) {
        return new ExecutorReports(new Epoch(0), id, address, 0, ordersTaken, Arrays.asList(reports));
    }

    /** Tasks that it has, the first that came first. */
    List<TaskId> taskIds() {
        return new ArrayList<>(tasks.keySet());
    }

    List<Integer> partitions() {
        return tasks.values().stream().map(task -> task.launch().partition()).toList();
    }

    TaskId taskOf(int partition) {
        return tasks.values().stream()
                .filter(task -> task.launch().partition() == partition)
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " has no task of partition " + partition))
                .launch()
                .id();
    }

    ExecutorReport ends(TaskId task, TaskOutcome outcome, Duration ran) {
        tasks.remove(task);
        killOrdered.remove(task);
        return new ExecutorReport.TaskEnded(task, outcome, TaskMetrics.NONE.ranFor(ran.toNanos()));
    }

    ExecutorReport succeeds(TaskId task) {
        return ends(task, new TaskOutcome.Result(new byte[0]), Duration.ofMillis(20));
    }

    ExecutorReport fails(TaskId task, String message) {
        String stack = "java.lang.IllegalStateException: " + message + "\n  at user.Code.run(Code.java:1)";
        return ends(
                task,
                new TaskOutcome.Failed(new Failure("java.lang.IllegalStateException", message, stack)),
                Duration.ofMillis(20));
    }

    ExecutorReport isKilled(TaskId task) {
        return ends(task, new TaskOutcome.Killed("ordered"), Duration.ofMillis(1));
    }

    /** Gives back those that it was asked for, the last first; all have not begun if a test says so. */
    ExecutorReport returns(List<TaskId> returned) {
        returned.forEach(tasks::remove);
        return new ExecutorReport.TasksReturned(returned);
    }

    /** All its tasks, as running for so long. */
    ExecutorReport heartbeat(Duration running) {
        return new ExecutorReport.Heartbeat(
                tasks.keySet().stream()
                        .map(task -> new ExecutorReport.TaskProgress(task, running.toNanos(), 0))
                        .toList(),
                List.of());
    }

    <O extends ExecutorOrder> List<O> orders(Class<O> type) {
        return orders.stream().filter(type::isInstance).map(type::cast).toList();
    }
}

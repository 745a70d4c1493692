package dev.capstan.backend.mesos;

import com.google.protobuf.ByteString;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.testing.Simulation;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.UUID;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What really is on a machine: tasks with their updates, of which one at a time is on its way until it is acknowledged,
 * and is repeated after 10, 20, 40 … seconds. Messages to and from the master belong to a session; those of an older
 * one are lost.
 */
final class SimulatedAgent {
    private static final long UUID_VERSION = 0x4000L;
    private static final int MOST_DOUBLINGS = 6;

    final String id;

    /** What the master takes it to have: changed as soon as it has said yes to an operation. */
    ResourceBag total;

    /** What it has itself, by the operations that have come here. */
    private ResourceBag own;

    /** What the master thinks of it. */
    Standing standing = Standing.REGISTERED;

    /** Held by another framework. */
    ResourceBag others = ResourceBag.EMPTY;

    /** When its machine goes down, as operators have planned; null while they have not. */
    @Nullable Long downFromNanos;

    /** Whether an operator wants it empty. */
    boolean drains;

    /** Whether its machine went down as planned, so that nobody knows it any more. */
    boolean isForgotten;

    private final Simulation simulation;
    private final MesosFaults faults;
    private final SimulatedMesos mesos;
    private final SequencedMap<String, Task> tasks = new LinkedHashMap<>();
    private final SequencedMap<String, Change> changes = new LinkedHashMap<>();
    private long session;
    private boolean down;
    private boolean cut;
    private long uuids;
    private long lastUp;
    private long lastDown;

    enum Standing {
        REGISTERED,
        AWAY,
        UNREACHABLE,
        GONE
    }

    /** An operation that has ended here, and whose end was not acknowledged. */
    record Change(String id, String framework, OperationStatus status) {}

    /**
     * What tasks of a group have in common.
     *
     * @param name no other group has
     */
    record Group(String name, ExecutorInfo executor) {
        String executorId() {
            return executor.getExecutorId().getValue();
        }

        ResourceBag executorResources() {
            return ResourceBag.of(executor.getResourcesList());
        }
    }

    /** A task whose end may have been reached, but not been acknowledged. */
    static final class Task {
        final String id;
        final String framework;
        final ResourceBag resources;

        /** Null for one that is in none. */
        final @Nullable Group group;

        private final ArrayDeque<TaskStatus> pending = new ArrayDeque<>();
        private TaskState state = TaskState.TASK_STAGING;

        Task(String id, String framework, ResourceBag resources, @Nullable Group group) {
            this.id = id;
            this.framework = framework;
            this.resources = resources;
            this.group = group;
        }

        TaskState state() {
            return state;
        }

        boolean isOver() {
            return SimulatedMesos.isTerminal(state);
        }

        boolean isSettled() {
            return pending.isEmpty();
        }
    }

    SimulatedAgent(String id, ResourceBag total, Simulation simulation, MesosFaults faults, SimulatedMesos mesos) {
        this.id = id;
        this.total = total;
        this.own = total;
        this.simulation = simulation;
        this.faults = faults;
        this.mesos = mesos;
    }

    List<Task> tasks() {
        return List.copyOf(tasks.values());
    }

    /** Whether it could reach the master if that listened. */
    boolean isThere() {
        return !down && !cut && standing != Standing.GONE;
    }

    /** Whether the master holds its connection for alive. */
    boolean isConnected() {
        return standing == Standing.REGISTERED && !down;
    }

    // from the master

    /** Carries something here, in order, unless the session ends before. */
    void fromMaster(Runnable arrival) {
        long sent = session;
        if (!isThere()) {
            return;
        }
        lastDown = Math.max(lastDown + 1, simulation.nowNanos() + faults.latency().toNanos());
        simulation.at(
                Duration.ofNanos(lastDown - simulation.nowNanos()),
                () -> {
                    if (session == sent) {
                        arrival.run();
                    }
                });
    }

    void run(String taskId, String framework, ResourceBag resources, @Nullable Group group) {
        var task = new Task(taskId, framework, resources, group);
        tasks.put(taskId, task);
        switch (faults.life()) {
            case CANNOT_START ->
                    later(
                            task,
                            faults.seconds(0, 5),
                            TaskState.TASK_FAILED,
                            TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED);
            case NEVER_REGISTERS ->
                    later(
                            task,
                            Duration.ofSeconds(60),
                            TaskState.TASK_FAILED,
                            TaskStatus.Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT);
            case DIES_AT_BIRTH -> {
                begin(task);
                later(task, faults.seconds(2, 4), TaskState.TASK_FAILED, null);
            }
            case DIES_LATER -> {
                begin(task);
                later(task, faults.seconds(5, 200), TaskState.TASK_FAILED, null);
                simulation.at(faults.seconds(1, 4), () -> comesUp(task));
            }
            case RUNS_AND_TELLS_LATE -> {
                later(task, faults.seconds(20, 250), TaskState.TASK_RUNNING, null);
                simulation.at(faults.seconds(1, 4), () -> comesUp(task));
            }
            case RUNS_AND_NEVER_TELLS -> simulation.at(faults.seconds(1, 200), () -> comesUp(task));
            case RUNS -> {
                begin(task);
                simulation.at(faults.seconds(1, 4), () -> comesUp(task));
            }
        }
    }

    private void begin(Task task) {
        later(task, faults.seconds(0, 1), TaskState.TASK_STARTING, null);
        later(task, faults.seconds(1, 2), TaskState.TASK_RUNNING, null);
    }

    private void comesUp(Task task) {
        if (!task.isOver()) {
            mesos.executorIsUp(task.id);
        }
    }

    private void later(Task task, Duration after, TaskState state, TaskStatus.@Nullable Reason reason) {
        simulation.at(after, () -> change(task, state, reason));
    }

    /** Its resources become others. */
    void apply(String operation, String framework, ResourceBag consumed, ResourceBag converted) {
        if (!own.contains(consumed)) { // the master counts on an operation before this one, which was lost
            end(operation, framework, OperationState.OPERATION_DROPPED);
            return;
        }
        own = own.minus(consumed).plus(converted);
        end(operation, framework, OperationState.OPERATION_FINISHED);
    }

    /** The master has told of an operation that never came here. */
    void drop(String operation, String framework) {
        if (!changes.containsKey(operation)) {
            end(operation, framework, OperationState.OPERATION_DROPPED);
        }
    }

    private void end(String operation, String framework, OperationState state) {
        OperationStatus status =
                OperationStatus.newBuilder()
                        .setOperationId(OperationID.newBuilder().setValue(operation))
                        .setAgentId(AgentID.newBuilder().setValue(id))
                        .setState(state)
                        .setUuid(UUID.newBuilder().setValue(uuid()))
                        .build();
        var change = new Change(operation, framework, status);
        changes.put(operation, change);
        send(change, 0);
    }

    void acknowledgeChange(String operation, ByteString uuid) {
        Change change = changes.get(operation);
        if (change != null && change.status().getUuid().getValue().equals(uuid)) {
            changes.remove(operation);
        }
    }

    List<Change> changes() {
        return List.copyOf(changes.values());
    }

    /** Of a master that hears from it anew. */
    ResourceBag own() {
        return own;
    }

    void kill(String taskId) {
        Task task = tasks.get(taskId);
        if (task != null) {
            later(task, faults.seconds(0, 2), TaskState.TASK_KILLED, null);
        }
    }

    /** An operator wants it empty. */
    void drain() {
        for (Task task : tasks()) {
            later(task, faults.seconds(0, 2), TaskState.TASK_KILLED, TaskStatus.Reason.REASON_AGENT_DRAINING);
        }
    }

    void acknowledge(String taskId, ByteString uuid) {
        Task task = tasks.get(taskId);
        if (task == null || task.pending.isEmpty() || !task.pending.getFirst().getUuid().equals(uuid)) {
            return;
        }
        task.pending.removeFirst();
        if (!task.pending.isEmpty()) {
            send(task, 0);
        } else if (task.isOver()) {
            tasks.remove(taskId);
        }
    }

    /** All tasks of the framework end, and nobody is told. */
    void shutDown(String framework) {
        changes.values().removeIf(change -> change.framework().equals(framework));
        tasks.values()
                .removeIf(task -> {
                    if (task.framework.equals(framework)) {
                        task.state = TaskState.TASK_KILLED;
                        task.pending.clear();
                        return true;
                    }
                    return false;
                });
    }

    // what happens to it

    /** The process of an executor ends by itself. */
    void crash(Task task) {
        change(task, TaskState.TASK_FAILED, TaskStatus.Reason.REASON_COMMAND_EXECUTOR_FAILED);
    }

    /** The agent's process ends; executors go on where the framework asked for checkpoints. */
    void goDown(boolean checkpoint) {
        session++;
        down = true;
        if (!checkpoint) {
            killAllSilently();
        }
    }

    void comeUp() {
        down = false;
        for (Task task : List.copyOf(tasks.values())) {
            if (!faults.healed() && faults.chance(6)) {
                change(task, TaskState.TASK_GONE, TaskStatus.Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT);
            }
        }
    }

    void cutOff() {
        session++;
        cut = true;
    }

    void mend() {
        cut = false;
    }

    boolean isCut() {
        return cut;
    }

    /** The machine is lost with all that ran there. */
    void vanish() {
        session++;
        cut = true;
        killAllSilently();
        forgetChanges();
    }

    private void killAllSilently() {
        tasks.values()
                .forEach(task -> {
                    task.state = TaskState.TASK_KILLED;
                    task.pending.clear();
                });
        tasks.clear();
    }

    /** The disk is gone as well. */
    private void forgetChanges() {
        changes.clear();
    }

    /** The master it spoke to is no more, or the connection is a new one. */
    void newSession() {
        session++;
    }

    /** Registered anew: what was not acknowledged is said again. */
    void resumeUpdates() {
        for (Change change : changes()) {
            send(change, 0);
        }
        for (Task task : List.copyOf(tasks.values())) {
            if (!task.pending.isEmpty()) {
                send(task, 0);
                if (faults.repeats()) {
                    send(task, 0);
                }
            }
        }
    }

    // updates

    private void change(Task task, TaskState state, TaskStatus.@Nullable Reason reason) {
        if (task.isOver() || tasks.get(task.id) != task) {
            return;
        }
        if (state == TaskState.TASK_STARTING && task.state != TaskState.TASK_STAGING) {
            return;
        }
        task.state = state;
        TaskStatus.Builder status =
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(task.id))
                        .setAgentId(AgentID.newBuilder().setValue(id))
                        .setState(state)
                        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                        .setUuid(uuid());
        if (reason != null) {
            status.setSource(TaskStatus.Source.SOURCE_AGENT).setReason(reason);
        }
        task.pending.add(status.build());
        if (task.pending.size() == 1) {
            send(task, 0);
        }
        if (task.group != null && (state == TaskState.TASK_FAILED || state == TaskState.TASK_KILLED)) {
            endOthers(task, task.group);
        }
    }

    /** One of a group has failed or is killed: so are the others. */
    private void endOthers(Task task, Group group) {
        for (Task other : tasks()) {
            if (other != task && group.equals(other.group)) {
                later(other, faults.seconds(0, 2), TaskState.TASK_KILLED, null);
            }
        }
    }

    private ByteString uuid() {
        byte[] bytes = ByteBuffer.allocate(16).putLong((uuids++ << 16) | UUID_VERSION).putLong(id.hashCode()).array();
        return ByteString.copyFrom(bytes);
    }

    private void send(Task task, int repetition) {
        TaskStatus status = task.pending.getFirst();
        toMaster(() -> mesos.onStatus(this, task, status));
        if (faults.repeats()) {
            toMaster(() -> mesos.onStatus(this, task, status));
        }
        long sent = session;
        simulation.at(
                Duration.ofSeconds(10L << Math.min(MOST_DOUBLINGS, repetition)),
                () -> {
                    if (session == sent && !task.pending.isEmpty() && task.pending.getFirst() == status) {
                        send(task, repetition + 1);
                    }
                });
    }

    private void send(Change change, int repetition) {
        toMaster(() -> mesos.onChange(this, change));
        if (faults.repeats()) {
            toMaster(() -> mesos.onChange(this, change));
        }
        long sent = session;
        simulation.at(
                Duration.ofSeconds(10L << Math.min(MOST_DOUBLINGS, repetition)),
                () -> {
                    if (session == sent && changes.get(change.id()) == change) {
                        send(change, repetition + 1);
                    }
                });
    }

    private void toMaster(Runnable arrival) {
        if (!isThere() || standing != Standing.REGISTERED) {
            return;
        }
        long sent = session;
        lastUp = Math.max(lastUp + 1, simulation.nowNanos() + faults.latency().toNanos());
        simulation.at(
                Duration.ofNanos(lastUp - simulation.nowNanos()),
                () -> {
                    if (session == sent && standing == Standing.REGISTERED) {
                        arrival.run();
                    }
                });
    }
}

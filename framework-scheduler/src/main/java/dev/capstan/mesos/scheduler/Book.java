package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What a framework must not forget: its id, the tasks and operations that are not over, and the executors that their
 * groups run under. Changes by entries only.
 */
final class Book {
    private final SequencedMap<String, MesosTask> tasks = new LinkedHashMap<>();
    private final SequencedMap<String, MesosOperation> operations = new LinkedHashMap<>();

    /** About to be launched: one whose first task was not written never was. */
    private final SequencedMap<String, GroupExecutor> intended = new LinkedHashMap<>();

    private final SequencedMap<String, GroupExecutor> executors = new LinkedHashMap<>();

    /** By the ids of those executors. */
    private final Map<String, Set<String>> tasksUnder = new HashMap<>();

    private String frameworkId = "";

    /** Applies the entry, and has it written. */
    Effect write(FrameworkEntry entry) {
        apply(entry);
        return new Effect.Persist(entry);
    }

    void apply(FrameworkEntry entry) {
        switch (entry) {
            case FrameworkEntry.Identified(var id) -> frameworkId = id;
            case FrameworkEntry.Forgotten() -> {
                frameworkId = "";
                tasks.clear();
                operations.clear();
                intended.clear();
                executors.clear();
                tasksUnder.clear();
            }
            case FrameworkEntry.ExecutorIntended(var executor) -> intended.put(executor.id(), executor);
            case FrameworkEntry.Intended(var id, var agent, var executor) -> {
                tasks.put(id, new MesosTask(id, agent, executor, TaskState.TASK_STAGING, false));
                join(id, agent, executor);
            }
            case FrameworkEntry.Changed(var id, var state) -> tasks.computeIfPresent(id, (_, task) -> task.in(state));
            case FrameworkEntry.Cancelled(var id) -> tasks.computeIfPresent(id, (_, task) -> task.unwanted());
            case FrameworkEntry.Ended(var id) -> leave(tasks.remove(id));
            case FrameworkEntry.OperationIntended(var id, var agent) ->
                    operations.put(id, new MesosOperation(id, agent));
            case FrameworkEntry.OperationEnded(var id) -> operations.remove(id);
        }
    }

    /** An executor that a framework brings may have the same id on another agent. */
    private void join(String task, String agent, String executor) {
        GroupExecutor launched = intended.get(executor);
        if (launched != null && launched.agentId().equals(agent)) {
            intended.remove(executor);
            executors.put(executor, launched);
            tasksUnder.put(executor, new HashSet<>());
        }
        GroupExecutor joined = executors.get(executor);
        if (joined != null && joined.agentId().equals(agent)) {
            tasksUnder.get(executor).add(task);
        }
    }

    private void leave(@Nullable MesosTask task) {
        Set<String> others = task == null ? null : tasksUnder.get(task.executorId());
        if (others != null && others.remove(task.id()) && others.isEmpty()) {
            executors.remove(task.executorId());
            tasksUnder.remove(task.executorId());
        }
    }

    /** By their ids, those that groups may join. */
    Map<String, GroupExecutor> groupExecutors() {
        return Collections.unmodifiableMap(executors);
    }

    /** Empty until a master has given us one. */
    String frameworkId() {
        return frameworkId;
    }

    /** Whether a master that calls us so can mean us: under another id our tasks would be nobody's. */
    boolean mayBeOurs(String id) {
        return !id.isEmpty() && (frameworkId.isEmpty() || id.equals(frameworkId));
    }

    /** Has the id written that a master calls us by. */
    List<Effect> identify(String id) {
        return id.equals(frameworkId) ? List.of() : List.of(write(new FrameworkEntry.Identified(id)));
    }

    @Nullable MesosTask task(String id) {
        return tasks.get(id);
    }

    /** In the order in which they were launched. */
    Collection<MesosTask> tasks() {
        return Collections.unmodifiableCollection(tasks.values());
    }

    @Nullable MesosOperation operation(String id) {
        return operations.get(id);
    }

    /** In the order in which they were asked for. */
    Collection<MesosOperation> operations() {
        return Collections.unmodifiableCollection(operations.values());
    }

    /** Executors whose first task comes with the next entry, unless there is none any more. */
    List<FrameworkEntry> launching() {
        return intended.values().stream().<FrameworkEntry>map(FrameworkEntry.ExecutorIntended::new).toList();
    }

    /** Entries that say the same as all that were applied, where no more follow. */
    List<FrameworkEntry> summary() {
        List<FrameworkEntry> entries = new ArrayList<>();
        if (!frameworkId.isEmpty()) {
            entries.add(new FrameworkEntry.Identified(frameworkId));
        }
        groupExecutors().values().forEach(executor -> entries.add(new FrameworkEntry.ExecutorIntended(executor)));
        for (MesosTask task : tasks.values()) {
            entries.add(new FrameworkEntry.Intended(task.id(), task.agentId(), task.executorId()));
            if (task.state() != TaskState.TASK_STAGING) {
                entries.add(new FrameworkEntry.Changed(task.id(), task.state()));
            }
            if (task.cancelled()) {
                entries.add(new FrameworkEntry.Cancelled(task.id()));
            }
        }
        for (MesosOperation operation : operations.values()) {
            entries.add(new FrameworkEntry.OperationIntended(operation.id(), operation.agentId()));
        }
        return entries;
    }
}

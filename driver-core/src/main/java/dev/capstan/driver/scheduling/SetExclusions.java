package dev.capstan.driver.scheduling;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Where tasks of one set have failed. */
final class SetExclusions {
    /** Failures by task and executor. */
    private final SequencedMap<TaskAt, Integer> failures = new LinkedHashMap<>();

    /** Different tasks that failed, by executor. */
    private final SequencedMap<ExecutorEntry, BitSet> failedTasks = new LinkedHashMap<>();

    /** Executors left out by the set, the one left out first at the head. */
    final SequencedMap<ExecutorEntry, String> executors = new LinkedHashMap<>();

    /** Hosts left out by the set. */
    final SequencedMap<String, String> hosts = new LinkedHashMap<>();

    private final int failuresThatExclude;

    SetExclusions(int failuresThatExclude) {
        this.failuresThatExclude = failuresThatExclude;
    }

    private record TaskAt(int task, ExecutorEntry executor) {}

    void failed(int task, ExecutorEntry executor) {
        failures.merge(new TaskAt(task, executor), 1, Integer::sum);
        failedTasks.computeIfAbsent(executor, _ -> new BitSet()).set(task);
    }

    /** How many different tasks failed there. */
    int failedTasks(ExecutorEntry executor) {
        BitSet tasks = failedTasks.get(executor);
        return tasks == null ? 0 : tasks.cardinality();
    }

    /** How many different tasks failed, by executor. */
    SequencedMap<ExecutorEntry, Integer> failedTaskCounts() {
        var counts = new LinkedHashMap<ExecutorEntry, Integer>();
        failedTasks.forEach((executor, tasks) -> counts.put(executor, tasks.cardinality()));
        return counts;
    }

    boolean bars(int task, ExecutorEntry executor) {
        Integer count = failures.get(new TaskAt(task, executor));
        return count != null && count >= failuresThatExclude;
    }

    /** How many executors bar the task, at most. */
    int barringExecutors(int task) {
        int count = 0;
        for (TaskAt at : failures.keySet()) {
            count += at.task == task ? 1 : 0;
        }
        return count;
    }

    /** Begins anew with this executor. */
    void lift(ExecutorEntry executor) {
        executors.remove(executor);
        failedTasks.remove(executor);
    }

    /** Lets the task run again where it failed. */
    void forgive(int task) {
        failures.keySet().removeIf(at -> at.task == task);
    }

    /** The executor is gone: its entry would only take memory. */
    void forget(ExecutorEntry executor) {
        failures.keySet().removeIf(at -> at.executor == executor);
        failedTasks.remove(executor);
        executors.remove(executor);
    }
}

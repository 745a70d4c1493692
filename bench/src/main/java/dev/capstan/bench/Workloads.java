package dev.capstan.bench;

import static dev.capstan.bench.Workload.Trait.ONLY_WHEN_NAMED;
import static dev.capstan.bench.Workload.Trait.OURS_ALONE;
import static dev.capstan.bench.Workload.Trait.SIZED;

import dev.capstan.bench.Workload.Kind;
import dev.capstan.bench.capstan.SmallHeap;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The workloads there are. What exactly is timed stands at the class of each program. */
public final class Workloads {
    private static final int SHORT = 10; // warm-up runs of what takes milliseconds
    private static final int LONG = 2; // of what takes seconds

    private Workloads() {}

    public static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        scheduling(all);
        data(all);
        SmallHeap.names()
                .forEach((name, about) ->
                        all.add(Workload.program(name, about, Unit.SECONDS, 0, OURS_ALONE, SIZED, ONLY_WHEN_NAMED)));
        process(all);
        mesos(all);
        schedulerAlone(all);
        return all;
    }

    private static void scheduling(List<Workload> all) {
        for (int tasks : new int[] {20_000, 100_000}) {
            all.add(
                    Workload.program(
                            "tasks-" + tasks,
                            "rate of one job of " + tasks + " tasks that do nothing",
                            Unit.TASKS_PER_SECOND,
                            tasks > 50_000 ? LONG : SHORT));
        }
        all.add(Workload.program("jobs-1", "median time of 1,000 jobs of 1 task, in a row", Unit.MICROS, LONG));
        all.add(Workload.program("jobs-2", "median time of 1,000 jobs of 2 tasks, in a row", Unit.MICROS, LONG));
        all.add(
                Workload.program(
                        "concurrent",
                        "100 jobs of 8 tasks from 100 threads at once, until all are done",
                        Unit.MILLIS,
                        SHORT));
        all.add(
                Workload.program(
                        "iterations",
                        "mean iteration of 1,000, each a small shuffle of a cached dataset",
                        Unit.MILLIS,
                        1));
    }

    private static void data(List<Workload> all) {
        all.add(
                Workload.program(
                        "wordcount",
                        "word count of 200 MB of text, Zipf words, 100,000 different",
                        Unit.SECONDS,
                        LONG,
                        SIZED));
        all.add(
                Workload.program(
                        "sort",
                        "sort of 5,000,000 records of 10-byte key and 90-byte value into 16 partitions",
                        Unit.SECONDS,
                        LONG,
                        SIZED));
        all.add(
                Workload.program(
                        "join",
                        "join of 2,000,000 with 2,000,000 rows, long key, string value",
                        Unit.SECONDS,
                        LONG,
                        SIZED));
        all.add(
                Workload.program(
                        "groupbykey",
                        "groupByKey of 5,000,000 int pairs with 100,000 keys",
                        Unit.SECONDS,
                        LONG,
                        SIZED));
        all.add(
                Workload.program(
                        "regression",
                        "iteration of logistic regression over 2,000,000 x 10 doubles in the cache",
                        Unit.SECONDS,
                        3,
                        SIZED));
        all.add(
                Workload.program(
                        "regression-loop",
                        "the same without an engine: a loop over the points on two threads",
                        Unit.SECONDS,
                        3,
                        OURS_ALONE,
                        SIZED,
                        ONLY_WHEN_NAMED));
        all.add(
                Workload.program(
                        "pagerank",
                        "page rank of 200,000 vertices and 2,000,000 edges, 5 iterations",
                        Unit.SECONDS,
                        LONG,
                        SIZED));
        all.add(Workload.program("broadcast", "broadcast of 64 MB, used in 100 tasks", Unit.MILLIS, SHORT));
        all.add(
                Workload.program(
                        "broadcast-sent",
                        "the same, serialized and in pieces as between processes",
                        Unit.MILLIS,
                        SHORT,
                        OURS_ALONE));
    }

    private static void process(List<Workload> all) {
        all.add(
                Workload.process(
                        "start", "process start to the result of counting 1,000 numbers", Unit.MILLIS, Kind.START, 1));
        all.add(
                new Workload(
                        "start-cluster",
                        "the same with an executor process of 2 cores",
                        Unit.MILLIS,
                        Kind.CLUSTER_START,
                        1,
                        Set.of(OURS_ALONE)));
        all.add(
                Workload.program(
                        "executor-start",
                        "start of an executor process to its first result, for a driver that is warm",
                        Unit.MILLIS,
                        1,
                        OURS_ALONE));
        all.add(
                Workload.process(
                        "memory",
                        "resident memory of an idle driver of 1 GB heap after a small job",
                        Unit.MEGABYTES,
                        Kind.IDLE_MEMORY,
                        0));
        all.add(
                Workload.process(
                        "memory-executor",
                        "resident memory of an idle executor of 2 cores and 512 MB after a small job",
                        Unit.MEGABYTES,
                        Kind.IDLE_EXECUTOR,
                        0));
        all.add(Workload.process("jars", "entries of the run-time class path", Unit.JARS, Kind.JARS, 0));
        all.add(Workload.process("classpath", "size of the run-time class path", Unit.MEGABYTES, Kind.CLASS_PATH, 0));
    }

    private static void mesos(List<Workload> all) {
        all.add(
                Workload.program(
                        "mesos-tasks-20000",
                        "rate of one job of 20,000 tasks that do nothing, on an executor that Mesos has started",
                        Unit.TASKS_PER_SECOND,
                        SHORT,
                        OURS_ALONE));
        all.add(
                Workload.program(
                        "mesos-jobs-1",
                        "median time of 1,000 jobs of 1 task there, in a row",
                        Unit.MICROS,
                        LONG,
                        OURS_ALONE));
        all.add(
                Workload.program(
                        "mesos-executor-start",
                        "from asking a Mesos master for an executor to its first result",
                        Unit.MILLIS,
                        1,
                        OURS_ALONE));
        all.add(
                Workload.program(
                        "mesos-offers-per-task",
                        "offers that a framework gets for each of 48 short tasks on four agents",
                        Unit.OFFERS,
                        0,
                        OURS_ALONE));
    }

    private static void schedulerAlone(List<Workload> all) {
        for (int executors : new int[] {10, 100, 1_000, 10_000}) {
            all.add(schedulingCost(executors, 100_000));
        }
        all.add(schedulingCost(1_000, 1_000_000));
        for (int agents : new int[] {100, 10_000}) {
            all.add(
                    Workload.program(
                            "offers-" + agents,
                            "time of the Mesos framework alone per offer, with "
                                    + agents
                                    + " agents and a tenth as many tasks that each fit a tenth of them",
                            Unit.NANOS,
                            LONG,
                            OURS_ALONE));
        }
    }

    private static Workload schedulingCost(int executors, int tasks) {
        return Workload.program(
                "schedule-" + executors + "x" + tasks,
                "time of the task scheduler alone per task, with " + executors + " executors and " + tasks + " tasks",
                Unit.NANOS,
                LONG,
                OURS_ALONE);
    }
}

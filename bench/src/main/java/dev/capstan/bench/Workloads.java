package dev.capstan.bench;

import dev.capstan.driver.CapstanContext;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The workloads there are. */
public final class Workloads {
    private static final String MASTER = "local[2]";
    private static final int WARM_UP_RUNS = 10;
    private static final int JOBS = 1_000;
    private static final long LONG_TASK_NANOS = 20_000_000; // nothing is sent ahead
    private static final long START_BOUND_SECONDS = 120;

    private Workloads() {}

    public static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        all.add(taskRate(20_000));
        all.add(taskRate(100_000));
        all.add(jobLatency(1));
        all.add(jobLatency(2));
        all.add(
                new Workload(
                        "start",
                        "process start to the result of counting 1,000 numbers on " + MASTER,
                        "ms",
                        Workloads::start));
        for (int executors : new int[] {10, 100, 1_000, 10_000}) {
            all.add(schedulingCost(executors, 100_000));
        }
        all.add(schedulingCost(1_000, 1_000_000));
        return all;
    }

    private static Workload taskRate(int tasks) {
        return new Workload(
                "tasks-" + tasks,
                "rate of one job of " + tasks + " tasks that do nothing, " + MASTER,
                "tasks/s",
                repeats -> {
                    try (CapstanContext context = quiet()) {
                        double[] figures = new double[repeats];
                        for (int i = -WARM_UP_RUNS; i < repeats; i++) {
                            long began = System.nanoTime();
                            context.range(0, tasks, 1, tasks).count();
                            if (i >= 0) {
                                figures[i] = tasks * 1e9 / (System.nanoTime() - began);
                            }
                        }
                        return figures;
                    }
                });
    }

    private static Workload jobLatency(int tasks) {
        return new Workload(
                "jobs-" + tasks,
                "median time of "
                        + JOBS
                        + " jobs of "
                        + tasks
                        + (tasks == 1 ? " task" : " tasks")
                        + ", one after another, "
                        + MASTER,
                "us",
                repeats -> {
                    try (CapstanContext context = quiet()) {
                        double[] figures = new double[repeats];
                        for (int i = -WARM_UP_RUNS; i < repeats; i++) {
                            double median = medianJobMicros(context, tasks);
                            if (i >= 0) {
                                figures[i] = median;
                            }
                        }
                        return figures;
                    }
                });
    }

    private static double medianJobMicros(CapstanContext context, int tasks) {
        long[] nanos = new long[JOBS];
        for (int i = 0; i < JOBS; i++) {
            long began = System.nanoTime();
            context.range(0, 10, 1, tasks).count();
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return nanos[JOBS / 2] / 1e3;
    }

    private static Workload schedulingCost(int executors, int tasks) {
        return new Workload(
                "schedule-" + executors + "x" + tasks,
                "time of the task scheduler per task, placed and ended, with "
                        + executors
                        + " executors and "
                        + tasks
                        + " tasks",
                "ns",
                repeats -> {
                    var cost = new SchedulingCost(executors, 4, LONG_TASK_NANOS);
                    double[] figures = new double[repeats];
                    for (int i = -2; i < repeats; i++) {
                        double nanos = cost.nanosPerTask(tasks);
                        if (i >= 0) {
                            figures[i] = nanos;
                        }
                    }
                    return figures;
                });
    }

    private static double[] start(int repeats) throws IOException, InterruptedException {
        double[] figures = new double[repeats];
        for (int i = -1; i < repeats; i++) {
            long began = System.nanoTime();
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                    "-XX:+UseCompactObjectHeaders",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    CountThousand.class.getName())
                            .redirectErrorStream(true)
                            .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(START_BOUND_SECONDS, TimeUnit.SECONDS) || !output.strip().endsWith("1000")) {
                process.destroyForcibly();
                throw new IllegalStateException("counting did not give 1000 but: " + output);
            }
            if (i >= 0) {
                figures[i] = (System.nanoTime() - began) / 1e6;
            }
        }
        return figures;
    }

    private static CapstanContext quiet() {
        return CapstanContext.builder().master(MASTER).conf("capstan.console.progress", "false").create();
    }
}

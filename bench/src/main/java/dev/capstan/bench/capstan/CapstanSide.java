package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.SideLoop;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.kernel.log.LogKeys.Threshold;
import dev.capstan.kernel.log.Logging;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The process that runs programs of Capstan for {@code capstan bench}. */
public final class CapstanSide {
    private static final Pattern SCHEDULE = Pattern.compile("schedule-(\\d+)x(\\d+)");

    private CapstanSide() {}

    public static void main(String[] arguments) throws IOException {
        Logging.install(Threshold.WARNING, () -> System.err);
        try (CapstanContext context = context()) {
            SideLoop.serve(arguments, (name, setting) -> prepare(name, setting, context));
        }
    }

    static CapstanContext context() {
        return settings().conf("capstan.executor.javaOpts", System.getProperty(Setting.EXECUTOR_FLAGS, "")).create();
    }

    static String master() {
        return System.getProperty(Setting.MASTER, "local[2]");
    }

    static ContextBuilder settings() {
        return CapstanContext.builder().master(master()).conf("capstan.console.progress", "false");
    }

    static Program prepare(String name, Setting setting, CapstanContext context) throws IOException {
        return switch (name) {
            case "tasks-20000" -> TaskRate.prepare(context, 20_000);
            case "tasks-100000" -> TaskRate.prepare(context, 100_000);
            case "jobs-1" -> JobLatency.prepare(context, 1);
            case "jobs-2" -> JobLatency.prepare(context, 2);
            case "wordcount" -> WordCount.prepare(context, setting);
            case "sort" -> Sort.prepare(context, setting);
            case "join" -> Join.prepare(context, setting);
            case "groupbykey" -> GroupByKey.prepare(context, setting);
            case "regression" -> Regression.prepare(context, setting);
            case "regression-loop" -> RegressionLoop.prepare(setting);
            case "pagerank" -> PageRank.prepare(context, setting);
            case "broadcast" -> Broadcasting.prepare(context);
            case "broadcast-sent" -> Broadcasting.prepareSent();
            case "iterations" -> Iterations.prepare(context, setting);
            case "executor-start" -> ExecutorStart.prepare();
            case "mesos-tasks-20000" -> OnMesos.beside(on -> TaskRate.prepare(on, 20_000));
            case "mesos-jobs-1" -> OnMesos.beside(on -> JobLatency.prepare(on, 1));
            case "mesos-executor-start" -> OnMesos.start();
            case "mesos-offers-per-task" -> OffersPerTask.prepare();
            case "offers-100" -> OfferCost.prepare(100);
            case "offers-10000" -> OfferCost.prepare(10_000);
            case "concurrent" -> ConcurrentJobs.prepare(context);
            default -> SmallHeap.knows(name) ? SmallHeap.prepare(name, setting) : scheduling(name);
        };
    }

    /** {@code schedule-<executors>x<tasks>} needs no context. */
    private static Program scheduling(String name) {
        Matcher counts = SCHEDULE.matcher(name);
        if (!counts.matches()) {
            throw new IllegalArgumentException("Capstan has no program " + name);
        }
        return SchedulingCost.prepare(Integer.parseInt(counts.group(1)), Integer.parseInt(counts.group(2)));
    }
}

package dev.capstan.launcher;

import dev.capstan.simulation.ClusterSimulation;
import dev.capstan.simulation.Mutant;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;

@Command(
        name = "sim",
        description = {
            "Simulates clusters on which things go wrong, and checks what must hold.",
            "Each seed draws a cluster, programs and faults, and runs them in virtual time. Every tenth seed is run"
                    + " twice and must do the same again."
        },
        footer = {
            "",
            "Examples:",
            "  capstan sim --seeds 1000",
            "  capstan sim --seeds 1 --from 4711",
            "  capstan sim --mutant HIDES_LOST_EXECUTORS"
        })
final class SimVerb implements Callable<Integer> {
    private static final int TWICE = 10;
    private static final int MOST_TOLD = 10;

    @Spec private CommandSpec spec;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many; ${DEFAULT-VALUE} unless given.")
    private int seeds;

    @Option(
            names = "--from",
            paramLabel = "S",
            defaultValue = "1",
            description = "The first seed; ${DEFAULT-VALUE} unless given.")
    private long from;

    @Option(
            names = "--mutant",
            paramLabel = "NAME",
            defaultValue = "NONE",
            description = "Breaks a rule on purpose: ${COMPLETION-CANDIDATES}.")
    private Mutant mutant;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    /** A seed, with what it did or why it failed. */
    private record Result(long seed, ClusterSimulation.@Nullable Outcome outcome, String failure) {
        boolean failed() {
            return outcome == null;
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seeds < 1) {
            throw Refusal.usage("--seeds takes a number from 1, not " + seeds);
        }
        long start = System.nanoTime();
        List<Result> results = runAll();
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        List<Result> failures = results.stream().filter(Result::failed).toList();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(asMap(results, failures, wall)));
        } else {
            tell(failures, out);
            out.println(summary(results, failures.size(), wall));
        }
        return failures.isEmpty() ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    /** All cores run seeds; the results come in the order of the seeds. */
    private List<Result> runAll() throws InterruptedException {
        List<Result> results = new ArrayList<>();
        int threads = Math.min(seeds, Runtime.getRuntime().availableProcessors());
        try (ExecutorService pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
                var progress = new SeedProgress(spec.commandLine().getErr(), seeds)) {
            List<Future<Result>> running = new ArrayList<>();
            for (int i = 0; i < seeds; i++) {
                long seed = from + i;
                boolean twice = i % TWICE == 0;
                running.add(pool.submit(() -> run(seed, twice)));
            }
            for (Future<Result> future : running) {
                Result result = future.get();
                results.add(result);
                progress.show(results.size(), result.failed());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause()); // a run gives a result whatever happens
        }
        return results;
    }

    private Result run(long seed, boolean twice) {
        try {
            ClusterSimulation.Outcome first = ClusterSimulation.run(seed, mutant);
            ClusterSimulation.Outcome second = twice ? ClusterSimulation.run(seed, mutant) : first;
            return second.equals(first)
                    ? new Result(seed, first, "")
                    : new Result(seed, null, "seed " + seed + " did " + first + " and then " + second);
        } catch (Throwable failure) { // an invariant, a wrong result, or a bug that threw
            String what = String.valueOf(failure.getMessage());
            return new Result(seed, null, what.startsWith("seed ") ? what : "seed " + seed + ": " + failure);
        }
    }

    /** The first failure whole, of the next what went wrong. */
    private void tell(List<Result> failures, PrintWriter out) {
        for (Result failure : failures.subList(0, Math.min(failures.size(), MOST_TOLD))) {
            boolean first = failure == failures.getFirst();
            out.println(first ? failure.failure : failure.failure.lines().findFirst().orElse(""));
            out.println("To see it again: " + replay(failure.seed));
            out.println();
        }
        if (failures.size() > MOST_TOLD) {
            out.println("and " + (failures.size() - MOST_TOLD) + " more");
        }
    }

    private String replay(long seed) {
        return "capstan sim --seeds 1 --from " + seed + (mutant == Mutant.NONE ? "" : " --mutant " + mutant);
    }

    private static String summary(List<Result> results, int failures, Duration wall) {
        return String.format(
                Locale.ROOT,
                "%,d seeds, %s: %.1f virtual hours, %,d events, %,d jobs, %,d tasks in %.1f s",
                results.size(),
                failures == 0 ? "no failure" : failures == 1 ? "1 failure" : failures + " failures",
                virtual(results).toMinutes() / 60.0,
                sum(results, ClusterSimulation.Outcome::steps),
                sum(results, ClusterSimulation.Outcome::jobs),
                sum(results, ClusterSimulation.Outcome::tasks),
                wall.toMillis() / 1e3);
    }

    private static Duration virtual(List<Result> results) {
        return Duration.ofNanos(sum(results, outcome -> outcome.virtual().toNanos()));
    }

    private static long sum(List<Result> results, ToLongFunction<ClusterSimulation.Outcome> quantity) {
        long sum = 0;
        for (Result result : results) {
            sum += result.outcome == null ? 0 : quantity.applyAsLong(result.outcome);
        }
        return sum;
    }

    private Map<String, Object> asMap(List<Result> results, List<Result> failures, Duration wall) {
        var map = new LinkedHashMap<String, Object>();
        map.put("seeds", results.size());
        map.put("from", from);
        map.put("mutant", mutant.name());
        map.put("virtualSeconds", virtual(results).toSeconds());
        map.put("events", sum(results, ClusterSimulation.Outcome::steps));
        map.put("jobs", sum(results, ClusterSimulation.Outcome::jobs));
        map.put("tasks", sum(results, ClusterSimulation.Outcome::tasks));
        map.put("wallMillis", wall.toMillis());
        map.put(
                "failures",
                failures.stream()
                        .map(failure -> {
                            var entry = new LinkedHashMap<String, Object>();
                            entry.put("seed", failure.seed);
                            entry.put("failure", failure.failure);
                            entry.put("replay", replay(failure.seed));
                            return entry;
                        })
                        .toList());
        return map;
    }
}

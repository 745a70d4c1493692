package dev.capstan.launcher;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.engine.function.Pair;
import dev.capstan.examples.SampleText;
import dev.capstan.kernel.log.LogKeys;
import dev.capstan.kernel.log.Logging;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** Runs one program on every kind of master that works without being set up, and compares what comes out. */
@Command(
        name = "demo",
        description = "Counts the words of a text on every kind of cluster that this machine can play, and compares.",
        footer = {"", "Example: capstan demo --lines 1000000"})
final class DemoVerb implements Callable<Integer> {
    /** What the program is run on, in this order; a new kind of master that needs no set-up joins here. */
    private static final List<Place> PLACES =
            List.of(
                    new Place("local", "one core of this machine"),
                    new Place("local[*]", "all cores of this machine"),
                    new Place("local-cluster[2,1,512]", "two executor processes"),
                    new Place("mesos-dev[2,1,768]", "a Mesos cluster in a box"));

    private static final int PARTITIONS = 16;
    private static final int SHOWN = 6;
    private static final int BAR = 32;

    @Spec private CommandSpec spec;

    @Option(
            names = "--lines",
            paramLabel = "N",
            defaultValue = "300000",
            description = "Length of the text; ${DEFAULT-VALUE} unless given.")
    private int lines;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    private record Place(String master, String meaning) {}

    private record Run(Place place, Map<String, Integer> counts, Duration took, JobEvent.JobSummary summary) {}

    @Override
    public Integer call() {
        if (lines < 1) {
            throw Refusal.usage("--lines takes a number from 1, not " + lines);
        }
        Logging.install(LogKeys.Threshold.WARNING, () -> System.err); // the JDK's own would print what merely happens
        PrintWriter out = spec.commandLine().getOut();
        List<String> text = SampleText.lines(lines);
        if (!json) {
            out.printf(Locale.ROOT, "Counting the words of %,d lines (%,d KB).%n%n", lines, size(text) / 1000);
        }
        run(PLACES.getFirst(), text.subList(0, Math.min(lines, 20_000))); // the JVM is slow at first
        var runs = new ArrayList<Run>();
        for (Place place : PLACES) {
            Run run = run(place, text);
            runs.add(run);
            if (!json) {
                print(run, out);
            }
        }
        boolean agree = runs.stream().allMatch(run -> run.counts.equals(runs.getFirst().counts));
        if (json) {
            out.println(Json.of(asMap(runs, agree)));
        } else {
            printCounts(runs.getFirst().counts, agree, out);
        }
        return agree ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    private static long size(List<String> text) {
        return text.stream().mapToLong(line -> line.length() + 1).sum();
    }

    private static Run run(Place place, List<String> text) {
        var summary = new AtomicReference<JobEvent.JobSummary>();
        try (var capstan =
                CapstanContext.builder()
                        .master(place.master)
                        .appName("demo")
                        .conf("capstan.console.progress", "false")
                        .listener(event -> {
                            if (event instanceof JobEvent.JobEnded ended) {
                                summary.set(ended.summary());
                            }
                        })
                        .create()) {
            long start = System.nanoTime();
            Map<String, Integer> counts =
                    capstan.parallelize(text, PARTITIONS)
                            .flatMap(line -> List.of(line.split(" ")))
                            .mapToPair(word -> Pair.of(word, 1))
                            .reduceByKey(Integer::sum)
                            .collectAsMap();
            return new Run(place, counts, Duration.ofNanos(System.nanoTime() - start), summary.get());
        }
    }

    private void print(Run run, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  %-22s %-28s %d stages, %d tasks %8.2f s%n",
                run.place.master,
                Style.of(spec.commandLine()).dim(run.place.meaning),
                run.summary.stagesRun(),
                run.summary.tasks(),
                run.took.toMillis() / 1e3);
        out.flush();
    }

    private void printCounts(Map<String, Integer> counts, boolean agree, PrintWriter out) {
        List<Map.Entry<String, Integer>> top = top(counts);
        Style style = Style.of(spec.commandLine());
        String bar = StandardCharsets.UTF_8.equals(System.out.charset()) ? "▇" : "#";
        out.println();
        for (Map.Entry<String, Integer> entry : top) {
            int length = (int) Math.max(1, (long) BAR * entry.getValue() / top.getFirst().getValue());
            out.printf(
                    Locale.ROOT, "  %-8s %,9d  %s%n", entry.getKey(), entry.getValue(), style.dim(bar.repeat(length)));
        }
        long words = counts.values().stream().mapToLong(Integer::longValue).sum();
        out.printf(
                Locale.ROOT,
                "%n%s: %,d words, %,d of them different.%n",
                style.bold(agree ? "All agree" : "THE RESULTS DIFFER, which is a bug: please report it"),
                words,
                counts.size());
        out.println("Next: `capstan run --list`, `capstan sim`, and README.md for a program of your own.");
    }

    private static List<Map.Entry<String, Integer>> top(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .toList();
    }

    private static Map<String, Object> asMap(List<Run> runs, boolean agree) {
        var top = new LinkedHashMap<String, Object>();
        top(runs.getFirst().counts).forEach(entry -> top.put(entry.getKey(), entry.getValue()));
        var map = new LinkedHashMap<String, Object>();
        map.put("agree", agree);
        map.put("top", top);
        map.put(
                "runs",
                runs.stream()
                        .map(run ->
                                Map.of(
                                        "master",
                                        run.place.master,
                                        "millis",
                                        run.took.toMillis(),
                                        "tasks",
                                        run.summary.tasks()))
                        .toList());
        return map;
    }
}

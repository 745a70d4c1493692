package dev.capstan.launcher;

import dev.capstan.bench.Bench;
import dev.capstan.bench.BenchException;
import dev.capstan.bench.BenchOptions;
import dev.capstan.bench.CapstanJvm;
import dev.capstan.bench.Comparison;
import dev.capstan.bench.Growth;
import dev.capstan.bench.Kernels;
import dev.capstan.bench.Result;
import dev.capstan.bench.Side;
import dev.capstan.bench.SparkPeer;
import dev.capstan.bench.Workload;
import dev.capstan.bench.Workloads;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.config.Nearest;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

@Command(
        name = "bench",
        description = {
            "Measures workloads on this machine: median, least and most of several repeats after a warm-up.",
            "With --vs each workload is run by Capstan and by the peer in turns, each in a JVM of its own with the same"
                    + " heap on two cores. Their results must agree. The ratio is how many times better Capstan is."
        },
        footer = {
            "",
            "Examples:",
            "  capstan bench",
            "  capstan bench tasks-20000 jobs-1 --repeats 9 --json",
            "  capstan bench --vs spark --only wordcount,sort,join",
            "  capstan bench sort --size 0.1,1,2 --profile recordings",
            "  capstan bench --kernels Serializer"
        })
final class BenchVerb implements Callable<Integer> {
    private static final int MOST_REPEATS = 1_000;
    private static final double MOST_SIZE = 200;
    private static final List<String> PEERS = List.of("spark");

    @Spec private CommandSpec spec;

    @Option(
            names = "--repeats",
            paramLabel = "<n>",
            description = "Figures per workload (default: ${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int repeats;

    @Option(names = "--vs", paramLabel = "<peer>", description = "Measures a peer as well; there is: spark.")
    private @Nullable String peer;

    @Option(names = "--peer-defaults", description = "Leaves the peer's settings as they are, not as is fastest.")
    private boolean peerDefaults;

    @Option(
            names = "--cluster",
            description = "Runs programs on an executor with two cores in a process of its own, with the same heap.")
    private boolean cluster;

    @Option(names = "--only", paramLabel = "<name>", split = ",", description = "Which to measure, as WORKLOAD.")
    private List<String> only = List.of();

    @Option(
            names = "--size",
            paramLabel = "<factor>",
            split = ",",
            description =
                    "Data of those workloads that have much of it, in multiples (default: ${DEFAULT-VALUE}); of several"
                            + " sizes it also tells how the time grows.",
            defaultValue = "1")
    private List<Double> sizes = List.of();

    @Option(
            names = "--heap",
            paramLabel = "<size>",
            description = "Heap of each JVM (default: ${DEFAULT-VALUE}).",
            defaultValue = "4g")
    private String heap;

    @Option(
            names = "--work",
            paramLabel = "<dir>",
            description = "Keeps data, logs and the peer; ~/.cache/capstan/bench unless given.")
    private @Nullable Path work;

    @Option(
            names = "--profile",
            paramLabel = "<dir>",
            description = "Puts a recording of Capstan's JVM there for each workload (Java Flight Recorder).")
    private @Nullable Path profile;

    @Option(
            names = "--kernels",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "<pattern>",
            description = "Measures kernels instead, by JMH: those whose names fit, or all.")
    private @Nullable String kernels;

    @Option(names = "--list", description = "Lists the workloads and measures nothing.")
    private boolean list;

    @Option(names = "--json", description = "Prints one JSON array.")
    private boolean json;

    @Parameters(
            arity = "0..*",
            paramLabel = "WORKLOAD",
            description = "Which to measure, by name or by the beginning of several names; all if none is named.")
    private List<String> names = List.of();

    @Override
    public Integer call() throws InterruptedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<Workload> chosen = chosen();
        refuseBadValues();
        if (list) {
            list(chosen, out);
            return ExitCode.SUCCESS;
        }
        try {
            if (kernels != null) {
                measureKernels(kernels, out);
            } else {
                measure(chosen, out);
            }
            return ExitCode.SUCCESS;
        } catch (BenchException e) {
            throw new Refusal(ExitCode.FAILED, e.getMessage());
        }
    }

    private void measure(List<Workload> chosen, PrintWriter out) throws InterruptedException, IOException {
        BenchOptions options = options();
        Optional<Side> other =
                peer == null
                        ? Optional.empty()
                        : Optional.of(SparkPeer.prepare(options.work(), peerDefaults, executorHeap()));
        var bench = new Bench(executorHeap().map(CapstanJvm::clusterSide).orElseGet(CapstanJvm::side), other, options);
        List<Map<String, Object>> results = new ArrayList<>();
        for (Workload workload : chosen) {
            List<Comparison> comparisons = new ArrayList<>();
            for (double size : workload.isSized() ? sizes : List.of(1.0)) {
                Comparison comparison = bench.run(workload, size);
                comparisons.add(comparison);
                results.add(asMap(comparison));
                print(comparison.lines(), out);
            }
            if (comparisons.size() > 1) {
                print(List.of(Growth.line(comparisons)), out);
            }
        }
        if (json) {
            out.println(Json.of(results));
        }
    }

    private void measureKernels(String pattern, PrintWriter out) throws InterruptedException, IOException {
        Path figures = Files.createTempFile("capstan-kernels-", ".json");
        try {
            new Kernels(directory()).run(pattern, figures, json);
            if (json) {
                out.println(Files.readString(figures));
            }
        } finally {
            Files.delete(figures);
        }
    }

    private void print(List<String> lines, PrintWriter out) {
        if (!json) {
            lines.forEach(out::println);
            out.flush();
        }
    }

    private BenchOptions options() throws IOException {
        if (profile != null) {
            Files.createDirectories(profile);
        }
        return new BenchOptions(repeats, heap, directory(), Optional.ofNullable(profile).map(Path::toAbsolutePath));
    }

    private Path directory() {
        Path directory = work != null ? work : Path.of(System.getProperty("user.home"), ".cache", "capstan", "bench");
        return directory.toAbsolutePath();
    }

    private void list(List<Workload> chosen, PrintWriter out) {
        if (json) {
            out.println(
                    Json.of(
                            chosen.stream()
                                    .map(workload -> Map.of("name", workload.name(), "about", workload.about()))
                                    .toList()));
        } else {
            int width = chosen.stream().mapToInt(workload -> workload.name().length()).max().orElse(1);
            chosen.forEach(workload -> out.printf("%-" + width + "s  %s%n", workload.name(), workload.about()));
        }
    }

    private void refuseBadValues() {
        if (repeats < 1 || repeats > MOST_REPEATS) {
            throw Refusal.usage("--repeats takes a number from 1 to " + MOST_REPEATS + ", not " + repeats);
        }
        for (double size : sizes) {
            if (!(size > 0 && size <= MOST_SIZE)) {
                throw Refusal.usage("--size takes a number above 0 and up to " + (int) MOST_SIZE + ", not " + size);
            }
        }
        if (!heap.matches("[1-9][0-9]*[mgMG]")) {
            throw Refusal.usage("--heap takes a size such as 4g or 512m, not '" + heap + "'");
        }
        if (peer != null && !PEERS.contains(peer)) {
            throw Refusal.usage("--vs takes a peer, which is " + String.join(", ", PEERS) + ", not '" + peer + "'");
        }
        if (peerDefaults && peer == null) {
            throw Refusal.usage("--peer-defaults is of use only with --vs");
        }
        if (kernels != null && peer != null) {
            throw Refusal.usage("--kernels measures Capstan's own, and not with --vs");
        }
        if (kernels != null && !(names.isEmpty() && only.isEmpty())) {
            throw Refusal.usage("--kernels measures no workloads: give the pattern as --kernels=<pattern>");
        }
    }

    private List<Workload> chosen() {
        List<Workload> all = Workloads.all();
        List<String> wanted = new ArrayList<>(names);
        wanted.addAll(only);
        if (wanted.isEmpty() && spec.commandLine().getParseResult().hasMatchedOption("--only")) {
            throw Refusal.usage("--only takes names of workloads; `capstan bench --list` lists all");
        }
        if (wanted.isEmpty()) {
            return list ? all : all.stream().filter(workload -> !workload.isOnlyWhenNamed()).toList();
        }
        Set<Workload> chosen = new LinkedHashSet<>();
        for (String name : wanted) {
            chosen.addAll(named(name, all));
        }
        return List.copyOf(chosen);
    }

    /** The one of this name, or all whose names begin with it. */
    private static List<Workload> named(String name, List<Workload> all) {
        for (Workload workload : all) {
            if (workload.name().equals(name)) {
                return List.of(workload);
            }
        }
        List<Workload> group = all.stream().filter(workload -> workload.name().startsWith(name + "-")).toList();
        if (group.isEmpty()) {
            throw unknown(name, all);
        }
        return group;
    }

    private static Refusal unknown(String name, List<Workload> all) {
        String remedy =
                Nearest.of(name, all.stream().map(Workload::name).toList())
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("`capstan bench --list` lists all");
        return Refusal.usage("there is no workload '" + name + "'; " + remedy);
    }

    private static Map<String, Object> asMap(Comparison comparison) {
        var map = new LinkedHashMap<String, Object>();
        map.put("name", comparison.workload().name());
        map.put("size", comparison.size());
        map.put("unit", comparison.workload().unit().symbol());
        comparison.ratio().ifPresent(ratio -> map.put("ratio", ratio));
        comparison.sides().forEach(side -> map.put(side.side(), asMap(side.result())));
        return map;
    }

    private static Map<String, Object> asMap(Result result) {
        var map = new LinkedHashMap<String, Object>();
        map.put("median", result.median());
        map.put("least", result.least());
        map.put("most", result.most());
        map.put("repeats", result.repeats());
        if (!result.notes().isEmpty()) {
            map.put("notes", result.notes());
        }
        return map;
    }

    private Optional<ByteSize> executorHeap() {
        return cluster ? Optional.of(ByteSize.parse(heap)) : Optional.empty();
    }
}

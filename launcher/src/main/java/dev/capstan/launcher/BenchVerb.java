package dev.capstan.launcher;

import dev.capstan.bench.Result;
import dev.capstan.bench.Workload;
import dev.capstan.bench.Workloads;
import dev.capstan.kernel.config.Nearest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

@Command(
        name = "bench",
        description = "Measures workloads on this machine: median, least and most of several repeats after a warm-up.",
        footer = {"", "Examples:", "  capstan bench", "  capstan bench tasks-20000 jobs-1 --repeats 9 --json"})
final class BenchVerb implements Callable<Integer> {
    private static final int FEWEST = 1;
    private static final int MOST = 1_000;

    @Spec private CommandSpec spec;

    @Option(
            names = "--repeats",
            paramLabel = "<n>",
            description = "Figures per workload (default: ${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int repeats;

    @Option(names = "--list", description = "Lists the workloads and measures nothing.")
    private boolean list;

    @Option(names = "--json", description = "Prints one JSON array.")
    private boolean json;

    @Parameters(arity = "0..*", paramLabel = "WORKLOAD", description = "Which to measure; all if none is named.")
    private List<String> names = List.of();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (repeats < FEWEST || repeats > MOST) {
            throw Refusal.usage("--repeats takes a number from " + FEWEST + " to " + MOST + ", not " + repeats);
        }
        List<Workload> chosen = chosen();
        if (list) {
            chosen.forEach(workload -> out.printf("%-24s %s%n", workload.name(), workload.about()));
            return ExitCode.SUCCESS;
        }
        List<Map<String, Object>> results = new ArrayList<>();
        for (Workload workload : chosen) {
            Result result = workload.run(repeats);
            if (json) {
                results.add(asMap(result));
            } else {
                out.println(result.line());
                out.flush();
            }
        }
        if (json) {
            out.println(Json.of(results));
        }
        return ExitCode.SUCCESS;
    }

    private List<Workload> chosen() {
        List<Workload> all = Workloads.all();
        if (names.isEmpty()) {
            return all;
        }
        List<Workload> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(
                    all.stream()
                            .filter(workload -> workload.name().equals(name))
                            .findFirst()
                            .orElseThrow(() -> unknown(name, all)));
        }
        return chosen;
    }

    private static Refusal unknown(String name, List<Workload> all) {
        String remedy =
                Nearest.of(name, all.stream().map(Workload::name).toList())
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("`capstan bench --list` lists all");
        return Refusal.usage("there is no workload '" + name + "'; " + remedy);
    }

    private static Map<String, Object> asMap(Result result) {
        var map = new LinkedHashMap<String, Object>();
        map.put("name", result.name());
        map.put("unit", result.unit());
        map.put("median", result.median());
        map.put("least", result.least());
        map.put("most", result.most());
        map.put("repeats", result.repeats());
        return map;
    }
}

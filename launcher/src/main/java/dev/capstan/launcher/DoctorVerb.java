package dev.capstan.launcher;

import dev.capstan.driver.backend.Finding;
import dev.capstan.driver.backend.Finding.Verdict;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackendFactory;
import dev.capstan.driver.backend.SchedulerBackends;
import dev.capstan.driver.runtime.DriverKeys;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigTable;
import dev.capstan.kernel.log.LogKeys;
import dev.capstan.kernel.log.Logging;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

@Command(
        name = "doctor",
        description = {
            "Looks whether programs could run: on this machine, and on the cluster that the master URL names.",
            "Nothing is left behind on the cluster. Leaves with 0 when programs could run, with 1 when they would fail,"
                    + " and with 3 when no master of the cluster can be reached."
        },
        footer = {
            "",
            "Examples:",
            "  capstan doctor",
            "  capstan doctor --master mesos://h1:5050,h2:5050",
            "  capstan doctor --master mesos://h1:5050 --conf capstan.mesos.role=dev --json"
        })
final class DoctorVerb implements Callable<Integer> {
    private static final int WIDTH = 100;
    private static final String INDENT = "           ";

    @Spec private CommandSpec spec;

    @Option(names = "--master", paramLabel = "URL", description = "Where programs are to run; this machine unless set.")
    private @Nullable String master;

    @Option(names = "--conf", paramLabel = "<key=value>", description = "Sets a key, as for `capstan run`.")
    private List<String> settings = List.of();

    @Option(names = "--json", description = "Prints one JSON array.")
    private boolean json;

    private final List<Finding> findings = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        Config.Builder builder = Config.builder(ConfigTable.load()).surroundings(System.getenv()).commandLine(settings);
        if (master != null) {
            builder.set(DriverKeys.MASTER.name(), master, "--master");
        }
        Config config = builder.build();
        Logging.install(LogKeys.Threshold.ERROR, () -> System.err); // findings say what libraries would warn of
        var url = new MasterUrl(config.get(DriverKeys.MASTER));
        SchedulerBackendFactory factory = factory(url);
        factory.checkSettings(config::text);
        LocalExamination.run(config::text, factory.sharesMachine() || factory.sharesProcess(), this::found);
        factory.examine(url, config::text, this::found);
        if (json) {
            spec.commandLine().getOut().println(Json.of(findings.stream().map(DoctorVerb::asMap).toList()));
        }
        return exitCode();
    }

    private static SchedulerBackendFactory factory(MasterUrl url) {
        try {
            SchedulerBackendFactory factory = SchedulerBackends.find(url);
            factory.check(url);
            return factory;
        } catch (IllegalArgumentException e) {
            throw Refusal.usage(e.getMessage());
        }
    }

    /** Told at once: some of what is looked at takes its time. */
    private void found(Finding finding) {
        findings.add(finding);
        if (json) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        Style style = Style.of(spec.commandLine());
        String word = String.format(Locale.ROOT, "%-9s", word(finding.verdict()));
        String marked = finding.verdict() == Verdict.OK ? style.dim(word) : style.bold(word);
        out.println(marked + "  " + finding.subject() + ": " + finding.detail());
        if (!finding.hint().isEmpty()) {
            Lines.wrap(finding.hint(), WIDTH - INDENT.length()).forEach(line -> out.println(INDENT + line));
        }
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case OK -> "ok";
            case WARNING -> "warning";
            case FAILURE, UNREACHABLE -> "failure";
        };
    }

    private int exitCode() {
        List<Verdict> verdicts = findings.stream().map(Finding::verdict).toList();
        return verdicts.contains(Verdict.UNREACHABLE)
                ? ExitCode.UNREACHABLE
                : verdicts.contains(Verdict.FAILURE) ? ExitCode.FAILED : ExitCode.SUCCESS;
    }

    private static Map<String, Object> asMap(Finding finding) {
        var map = new LinkedHashMap<String, Object>();
        map.put("verdict", word(finding.verdict()));
        map.put("subject", finding.subject());
        map.put("detail", finding.detail());
        map.put("hint", finding.hint());
        return map;
    }
}

package dev.capstan.launcher;

import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigDocumentation;
import dev.capstan.kernel.config.ConfigTable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

@Command(
        name = "conf",
        description = "Lists the settings: value, default, meaning, and who set them.",
        footer = {
            "",
            "Examples:",
            "  capstan conf speculation",
            "  capstan conf --conf capstan.task.cpus=2 --json task"
        })
final class ConfVerb implements Runnable {
    private static final int WIDTH = 100;
    private static final String INDENT = "    ";

    @Spec private CommandSpec spec;

    @Option(names = "--conf", paramLabel = "<key=value>", description = "Sets a key, as for `capstan run`.")
    private List<String> settings = List.of();

    @Option(names = "--json", description = "Prints one JSON array.")
    private boolean json;

    @Option(names = "--markdown", description = "Prints the page docs/configuration.md.")
    private boolean markdown;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILTER",
            description = "Only keys whose name or meaning contains this, in any case.")
    private String filter = "";

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        ConfigTable table = ConfigTable.load();
        if (markdown) {
            out.print(ConfigDocumentation.markdown(table));
            out.flush();
            return;
        }
        Config config = Config.builder(table).surroundings(System.getenv()).commandLine(settings).build();
        List<Config.Entry> chosen = config.entries().stream().filter(this::isChosen).toList();
        if (json) {
            out.println(Json.of(chosen.stream().map(ConfVerb::asMap).toList()));
        } else if (chosen.isEmpty()) {
            throw Refusal.usage("no key is about '" + filter + "'; `capstan conf` lists all");
        } else {
            chosen.forEach(entry -> print(entry, out));
        }
    }

    private boolean isChosen(Config.Entry entry) {
        String text = (entry.key().name() + " " + entry.key().meaning()).toLowerCase(Locale.ROOT);
        return text.contains(filter.toLowerCase(Locale.ROOT));
    }

    private void print(Config.Entry entry, PrintWriter out) {
        String defaultText = entry.key().defaultText();
        String origin =
                entry.isDefault()
                        ? ""
                        : "   ("
                                + entry.origin()
                                + "; default: "
                                + (defaultText.isEmpty() ? "none" : defaultText)
                                + ")";
        Style style = Style.of(spec.commandLine());
        out.println(style.bold(entry.key().name()) + " = " + entry.shown() + style.dim(origin));
        Lines.wrap(entry.key().meaning(), WIDTH - INDENT.length()).forEach(line -> out.println(INDENT + line));
    }

    private static Map<String, Object> asMap(Config.Entry entry) {
        var map = new LinkedHashMap<String, Object>();
        map.put("key", entry.key().name());
        map.put("value", entry.shown());
        map.put("default", entry.key().defaultText());
        map.put("takes", entry.key().type().name());
        map.put("meaning", entry.key().meaning());
        map.put("setBy", entry.origin());
        return map;
    }
}

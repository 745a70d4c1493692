package dev.capstan.launcher;

import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.Nearest;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The command {@code capstan}: hands over to a verb and leaves with its exit code. */
@Command(
        name = "capstan",
        description = "Runs parallel data programs on this machine or on a cluster.",
        synopsisSubcommandLabel = "<verb>",
        commandListHeading = "%nVerbs:%n",
        footer = {
            "",
            "Examples:",
            "  capstan demo",
            "  capstan run wordcount README.md",
            "",
            "`capstan <verb> --help` explains a verb. Exit codes: 0 success, 1 the program",
            "failed, 2 usage, 3 the cluster cannot be reached, 4 it refuses the program,",
            "130 interrupted."
        },
        subcommands = {
            DemoVerb.class,
            RunVerb.class,
            DevVerb.class,
            SimVerb.class,
            BenchVerb.class,
            ConfVerb.class,
            DoctorVerb.class,
            CompletionVerb.class,
            VersionVerb.class
        })
public final class Main implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Explains the command.")
    @SuppressWarnings("unused") // picocli looks at it, and explains instead of running the verb
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            description = "The same as the verb version.")
    private boolean version;

    private Main() {}

    public static void main(String[] arguments) {
        int code = run(writer(System.out), writer(System.err), arguments);
        if (code != ExitCode.SUCCESS) {
            System.exit(code);
        }
        // else threads that a program has started may go on
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    /** Runs the command within this JVM and gives its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        var command = new CommandLine(new Main());
        command.getSubcommands().get("run").setStopAtPositional(true); // what follows is the program's
        return command.setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((misuse, _) -> refuse(misuse))
                .setExecutionExceptionHandler((failure, verb, _) -> explain(failure, verb))
                .execute(arguments);
    }

    /** Called when no verb is given. */
    @Override
    public Integer call() {
        if (version) {
            return spec.commandLine().getSubcommands().get("version").execute();
        }
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /** Says in one line what is wrong and what was probably meant; the usage is there for the asking. */
    private static int refuse(ParameterException misuse) {
        misuse.getCommandLine().getErr().println("capstan: " + problem(misuse) + "; " + remedy(misuse));
        return ExitCode.USAGE;
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        return switch (failure) {
            case Refusal refusal -> {
                command.getErr().println("capstan: " + refusal.getMessage());
                yield refusal.exitCode();
            }
            case ConfigException misuse -> {
                command.getErr().println("capstan: " + misuse.getMessage());
                yield ExitCode.USAGE;
            }
            default -> throw failure; // a bug of ours; picocli prints its stack and leaves with 1
        };
    }

    private static String problem(ParameterException misuse) {
        return unknownVerb(misuse).map(verb -> "there is no verb '" + verb + "'").orElse(misuse.getMessage());
    }

    private static String remedy(ParameterException misuse) {
        CommandLine command = misuse.getCommandLine();
        Optional<String> nearest =
                unknownVerb(misuse)
                        .map(verb -> Nearest.of(verb, command.getSubcommands().keySet()))
                        .orElseGet(() -> nearestOption(misuse));
        return nearest.map(near -> "did you mean '" + near + "'?")
                .orElse("see `" + command.getCommandSpec().qualifiedName() + " --help`");
    }

    private static Optional<String> unknownVerb(ParameterException misuse) {
        boolean verbExpected = misuse.getCommandLine().getParent() == null;
        return verbExpected && misuse instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
                ? Optional.of(unmatched.getUnmatched().getFirst())
                : Optional.empty();
    }

    private static Optional<String> nearestOption(ParameterException misuse) {
        return misuse instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions().stream().findFirst()
                : Optional.empty();
    }
}

package dev.capstan.launcher;

import dev.capstan.driver.backend.ClusterFault;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackends;
import dev.capstan.driver.job.ClusterFailedException;
import dev.capstan.driver.runtime.DriverKeys;
import dev.capstan.examples.BadArgumentException;
import dev.capstan.examples.Examples;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigTable;
import dev.capstan.kernel.log.LogKeys;
import dev.capstan.kernel.log.Logging;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

@Command(
        name = "run",
        description = "Runs an example, a file of Java source, or any class with a main method.",
        footer = {
            "",
            "Examples:",
            "  capstan run --list",
            "  capstan run pi 100000000",
            "  capstan run --master local[4] wordcount README.md",
            "  capstan run Report.java 2026",
            "  capstan run --master mesos://h1:5050,h2:5050 pi 100000000",
            "  capstan run --jar app.jar --conf capstan.task.cpus=2 org.example.Report 2026"
        })
final class RunVerb implements Callable<Integer> {
    /** Causes may go in circles. */
    private static final int MOST_CAUSES = 100;

    @Spec private CommandSpec spec;

    @Option(names = "--list", description = "Lists the examples.")
    private boolean list;

    @Option(names = "--json", description = "With --list: as one JSON array.")
    private boolean json;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description =
                    "Where to run: local[N] is this process, local-cluster[N,CORES,MB] are processes on this machine,"
                            + " mesos://HOST:PORT is a Mesos cluster; local[*] unless set.")
    private @Nullable String master;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the application, for people.")
    private @Nullable String name;

    @Option(names = "--conf", paramLabel = "<key=value>", description = "Sets a key; `capstan conf` lists them.")
    private List<String> settings = List.of();

    @Option(names = "--jar", paramLabel = "JAR", description = "Adds a jar or a directory of classes.")
    private List<Path> jars = List.of();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PROGRAM",
            description = "Name of an example, a file of Java source, or a class in the jars.")
    private @Nullable String program;

    @Parameters(index = "1..*", paramLabel = "ARGUMENTS", description = "Handed on to the program as they are.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        if (list) {
            listExamples();
            return ExitCode.SUCCESS;
        }
        if (program == null) {
            throw Refusal.usage("run takes the name of an example or of a class; `capstan run --list` lists examples");
        }
        refuseOwnOptions();
        Config config = checkedSettings();
        Logging.install(config.get(LogKeys.LEVEL), () -> System.err);
        Method main = findMain(program);
        handOver(config);
        return run(main);
    }

    private Method findMain(String program) {
        if (!SourceFile.isOne(program)) {
            return new ProgramFinder(jars).main(program);
        }
        SourceFile source = SourceFile.compile(Path.of(program), jars);
        List<Path> classes = new ArrayList<>(jars);
        classes.add(source.classes());
        return new ProgramFinder(classes).main(source.name());
    }

    private void listExamples() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    Json.of(
                            Examples.all().stream()
                                    .map(example -> Map.of("name", example.name(), "meaning", example.meaning()))
                                    .toList()));
            return;
        }
        Style style = Style.of(spec.commandLine());
        for (Examples.Example example : Examples.all()) {
            String usage = example.name() + " " + example.arguments();
            out.println(style.bold(usage) + " ".repeat(Math.max(1, 34 - usage.length())) + example.meaning());
        }
    }

    /** Examples take no options, so these were meant for us; whatever a class of the user is given is its own. */
    private void refuseOwnOptions() {
        boolean example = Examples.all().stream().anyMatch(one -> one.name().equals(program));
        for (String argument : arguments) {
            if (example && argument.startsWith("--")) {
                throw Refusal.usage(
                        "options stand before the program: capstan run " + argument + " ... " + program + " ...");
            }
        }
    }

    /** What the command line sets, once all that the program will find was looked at. */
    private Config checkedSettings() {
        Config.Builder builder = Config.builder(ConfigTable.load()).surroundings(System.getenv()).commandLine(settings);
        if (master != null) {
            builder.set(DriverKeys.MASTER.name(), master, "--master");
        }
        if (name != null) {
            builder.set(DriverKeys.NAME.name(), name, "--name");
        }
        Config config = builder.build();
        try {
            var url = new MasterUrl(config.get(DriverKeys.MASTER));
            SchedulerBackends.find(url).check(url);
        } catch (IllegalArgumentException e) {
            throw Refusal.usage(e.getMessage());
        }
        return config;
    }

    /** The program's contexts read system properties as settings of the command line. */
    private static void handOver(Config config) {
        for (Config.Entry entry : config.entries()) {
            if (entry.origin().startsWith("--")) {
                System.setProperty(entry.key().name(), entry.text());
            }
        }
    }

    private int run(Method main) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(main.getDeclaringClass().getClassLoader());
        try {
            main.invoke(null, (Object) arguments.toArray(String[]::new));
            return ExitCode.SUCCESS;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof BadArgumentException misuse) {
                throw Refusal.usage(misuse.getMessage());
            }
            if (e.getCause() instanceof ConfigException misuse) {
                throw misuse; // the program may have set it itself, and still that is what is wrong
            }
            if (isJvmEnding()) {
                return ExitCode.INTERRUPTED; // what fails now fails because everything is being closed
            }
            ClusterFailedException unserved = unserved(e.getCause());
            if (unserved != null) {
                throw new Refusal(exitCode(unserved.fault()), unserved.getMessage());
            }
            PrintWriter err = spec.commandLine().getErr();
            ProgramFailure.lines(e.getCause(), RunVerb.class).forEach(err::println);
            return ExitCode.FAILED;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // the finder lets only public methods of public classes pass
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Then nothing that the program did is of interest; null if it is. */
    private static @Nullable ClusterFailedException unserved(Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
            if (each instanceof ClusterFailedException unserved && unserved.fault() != ClusterFault.UNUSABLE) {
                return unserved;
            }
            each = each.getCause();
        }
        return null;
    }

    private static int exitCode(ClusterFault fault) {
        return switch (fault) {
            case UNREACHABLE -> ExitCode.UNREACHABLE;
            case REFUSED -> ExitCode.REFUSED;
            case UNUSABLE -> ExitCode.FAILED;
        };
    }

    /** The JVM tells only by refusing. */
    private static boolean isJvmEnding() {
        var probe = new Thread();
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}

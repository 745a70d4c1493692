package dev.capstan.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The kernels: parts of a few lines that all data goes through, measured by JMH. They lie among the tests of the source
 * tree, where Maven compiles them; nothing of JMH is on the class path of the program.
 */
public final class Kernels {
    private static final String PACKAGE = "dev.capstan.bench.kernel";

    /** The method behind the annotation and those that come with it. */
    private static final Pattern BENCHMARK =
            Pattern.compile("@Benchmark\\b(?:\\s*@\\w+(?:\\([^)]*\\))?)*\\s*public\\s+\\S+\\s+(\\w+)\\(");

    private final Path work;

    public Kernels(Path work) {
        this.work = work.resolve("kernels").toAbsolutePath();
    }

    /**
     * Measures the kernels whose names contain a pattern, and lets JMH print.
     *
     * @param pattern a regular expression; all kernels if it is empty
     * @param figures where to put the figures as JSON
     * @param quiet whether to print nothing
     */
    public void run(String pattern, Path figures, boolean quiet) throws InterruptedException {
        Path root =
                SourceTree.root()
                        .orElseThrow(() ->
                                new BenchException(
                                        "kernels are compiled from the source tree, which is not here; run `./capstan"
                                                + " bench --kernels` of a clone of the repository"));
        refuseUnknown(pattern, names(root));
        Path java = Path.of(System.getProperty("java.home"));
        List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
        command.addAll(List.of("-XX:+UseCompactObjectHeaders", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", classPath(root, java), "org.openjdk.jmh.Main"));
        command.addAll(List.of("-f", "1", "-wi", "3", "-w", "1", "-i", "5", "-r", "1", "-foe", "true"));
        command.addAll(List.of("-rf", "json", "-rff", figures.toString(), "-v", quiet ? "SILENT" : "NORMAL"));
        if (!pattern.isEmpty()) {
            command.add(pattern);
        }
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new BenchException("JMH ended with code " + code + "; is there a kernel like '" + pattern + "'?");
            }
        } catch (IOException e) {
            throw new BenchException("cannot start JMH: " + e, e);
        }
    }

    /** Before anything is built, which takes long. */
    private static void refuseUnknown(String pattern, List<String> names) {
        String all = "; the kernels are " + String.join(", ", names);
        try {
            Predicate<String> fits = Pattern.compile(pattern).asPredicate();
            if (names.stream().noneMatch(name -> fits.test(PACKAGE + "." + name))) {
                throw new BenchException("there is no kernel like '" + pattern + "'" + all);
            }
        } catch (PatternSyntaxException e) {
            throw new BenchException("'" + pattern + "' is no pattern: " + e.getDescription() + all, e);
        }
    }

    /** Class and method of each, as their sources tell. */
    static List<String> names(Path root) {
        Path sources = root.resolve("bench/src/test/java").resolve(PACKAGE.replace('.', '/'));
        try (Stream<Path> files = Files.list(sources)) {
            List<String> names = new ArrayList<>();
            for (Path file : files.filter(file -> file.toString().endsWith("Kernel.java")).sorted().toList()) {
                String type = file.getFileName().toString().replace(".java", "");
                Matcher method = BENCHMARK.matcher(Files.readString(file));
                while (method.find()) {
                    names.add(type + "." + method.group(1));
                }
            }
            return names;
        } catch (IOException e) {
            throw new BenchException("cannot read the kernels in " + sources + ": " + e, e);
        }
    }

    /** Builds what the kernels need, and them. */
    private String classPath(Path root, Path java) throws InterruptedException {
        Path libraries = work.resolve("classpath");
        List<String> command =
                List.of(
                        "mvn",
                        "-B",
                        "-f",
                        root.resolve("pom.xml").toString(),
                        "package",
                        "dependency:build-classpath",
                        "-pl",
                        "bench",
                        "-am",
                        "-DskipTests",
                        "-Dmdep.includeScope=test",
                        "-Dmdep.outputFile=" + libraries);
        try {
            Files.createDirectories(work);
            new Tool(java, work.resolve("maven.log")).run(command, "Maven could not build the kernels");
            return root.resolve("bench/target/test-classes")
                    + File.pathSeparator
                    + root.resolve("bench/target/classes")
                    + File.pathSeparator
                    + Files.readString(libraries).strip();
        } catch (IOException e) {
            throw new BenchException("cannot use " + work + ": " + e, e);
        }
    }
}

package dev.capstan.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels: parts of a few lines that all data goes through, measured by JMH. They lie among the tests of the source
 * tree, where Maven compiles them; nothing of JMH is on the class path of the program.
 */
public final class Kernels {
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
            throw new UncheckedIOException("cannot start JMH: " + e.getMessage(), e);
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
            throw new UncheckedIOException("cannot read " + libraries + ": " + e.getMessage(), e);
        }
    }
}

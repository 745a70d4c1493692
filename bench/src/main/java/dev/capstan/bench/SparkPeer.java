package dev.capstan.bench;

import dev.capstan.kernel.config.ByteSize;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Apache Spark as the peer. Maven resolves its class path once, by a project of its own in {@code bench/peer/spark};
 * the programs there are compiled each time, together with what both sides share, by a JDK that Spark supports.
 */
public final class SparkPeer {
    private static final List<String> OPENED =
            List.of(
                    "java.base/java.lang",
                    "java.base/java.lang.invoke",
                    "java.base/java.lang.reflect",
                    "java.base/java.io",
                    "java.base/java.net",
                    "java.base/java.nio",
                    "java.base/java.util",
                    "java.base/java.util.concurrent",
                    "java.base/java.util.concurrent.atomic",
                    "java.base/jdk.internal.ref",
                    "java.base/sun.nio.ch",
                    "java.base/sun.nio.cs",
                    "java.base/sun.security.action",
                    "java.base/sun.util.calendar",
                    "java.security.jgss/sun.security.krb5");

    private final Path project;
    private final Path work;
    private final Path jdk;

    private SparkPeer(Path project, Path work, Path jdk) {
        this.project = project;
        this.work = work.resolve("spark").toAbsolutePath();
        this.jdk = jdk;
    }

    /**
     * Makes Spark ready to be measured.
     *
     * @param defaults whether it serializes and collects as it does unless told otherwise, or as is fastest
     * @param cluster the heap of an executor in a process of its own, if there is to be one
     */
    public static Side prepare(Path work, boolean defaults, Optional<ByteSize> cluster) throws InterruptedException {
        Path jdk =
                Jdks.of(System.getenv(), Path.of(System.getProperty("user.home")))
                        .find(21, 17)
                        .orElseThrow(() ->
                                new BenchException(
                                        "Spark needs a JDK 21 or 17, and none was found; install one, or point"
                                                + " JAVA_HOME at it"));
        try {
            Side side = new SparkPeer(SourceTree.peer("spark"), work, jdk).side(defaults);
            return cluster.map(heap -> side.on(CapstanJvm.clusterOf(heap))).orElse(side);
        } catch (IOException e) {
            throw new BenchException("cannot prepare Spark in " + work + ": " + e.getMessage(), e);
        }
    }

    private Side side(boolean defaults) throws IOException, InterruptedException {
        Files.createDirectories(work);
        String libraries = libraries();
        Path classes = compile(libraries);
        return new Side(
                "spark",
                jdk.resolve("bin/java"),
                flags(classes),
                defaults ? List.of("-Dpeer.defaults=true") : List.of("-XX:+UseParallelGC"),
                classes + File.pathSeparator + libraries,
                "dev.capstan.bench.spark.SparkSide",
                "dev.capstan.bench.spark.CountThousand",
                Map.of(
                        "SPARK_HOME",
                        home(libraries).toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13",
                        "JAVA_HOME",
                        jdk.toString()));
    }

    /** Processes that Spark starts find their jars in a directory of its home, and nowhere else. */
    private Path home(String libraries) throws IOException {
        Path home = work.resolve("home");
        Path jars = Files.createDirectories(home.resolve("jars"));
        try (Stream<Path> old = Files.list(jars)) {
            for (Path link : old.toList()) {
                Files.delete(link);
            }
        }
        for (String library : libraries.split(File.pathSeparator)) {
            Path jar = Path.of(library);
            Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
        }
        return home;
    }

    private List<String> flags(Path classes) {
        List<String> flags = new ArrayList<>();
        OPENED.forEach(opened -> flags.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        flags.add("-Djdk.reflect.useDirectMethodHandle=false");
        flags.add("-Dio.netty.tryReflectionSetAccessible=true");
        flags.add("-Dlog4j2.configurationFile=" + classes.resolve("log4j2.properties"));
        flags.add("-Dspark.local.dir=" + work.resolve("local"));
        flags.add("-Dspark.executor.extraClassPath=" + classes);
        flags.add(
                "-Dspark.executor.extraJavaOptions=-Dlog4j2.configurationFile=" + classes.resolve("log4j2.properties"));
        return flags;
    }

    /** The class path of Spark, resolved when its project is newer than the last time. */
    private String libraries() throws IOException, InterruptedException {
        Path pom = project.resolve("pom.xml");
        Path resolved = work.resolve("classpath");
        if (!Files.exists(resolved)
                || Files.getLastModifiedTime(resolved).compareTo(Files.getLastModifiedTime(pom)) < 0
                || !allThere(Files.readString(resolved).strip())) {
            Path next = work.resolve("classpath.next");
            tool("maven.log")
                    .run(
                            List.of(
                                    "mvn",
                                    "-B",
                                    "-f",
                                    pom.toString(),
                                    "dependency:build-classpath",
                                    "-Dmdep.outputFile=" + next),
                            "Maven could not resolve Spark, which needs Maven on the path and a way to Maven Central");
            Files.move(next, resolved, StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.readString(resolved).strip();
    }

    private static boolean allThere(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator)).map(Path::of).allMatch(Files::exists);
    }

    private Path compile(String libraries) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(work.resolve("classes"));
        List<String> command = new ArrayList<>(List.of(jdk.resolve("bin/javac").toString(), "-nowarn", "-d"));
        command.addAll(List.of(classes.toString(), "-cp", libraries));
        command.addAll(sources(project.resolve("src")));
        command.addAll(sources(project.resolve("../../src/main/java/dev/capstan/bench/side").normalize()));
        tool("javac.log").run(command, "the programs of Spark do not compile");
        Files.copy(
                project.resolve("src/log4j2.properties"),
                classes.resolve("log4j2.properties"),
                StandardCopyOption.REPLACE_EXISTING);
        return classes;
    }

    /** All but package descriptions, whose annotations are of a library that the peer does not have. */
    private static List<String> sources(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".java") && !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
    }

    private Tool tool(String log) {
        return new Tool(jdk, work.resolve(log));
    }
}

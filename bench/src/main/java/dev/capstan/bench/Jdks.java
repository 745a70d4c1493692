package dev.capstan.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds JDKs of this machine by the file {@code release} that each of them carries. */
final class Jdks {
    private static final List<String> PLACES =
            List.of(
                    "/usr/lib/jvm",
                    "~/.sdkman/candidates/java",
                    "~/.jdks",
                    "/opt",
                    "/opt/java",
                    "/Library/Java/JavaVirtualMachines",
                    "~/Library/Java/JavaVirtualMachines");

    private final Map<String, String> environment;
    private final List<Path> places;

    private Jdks(Map<String, String> environment, List<Path> places) {
        this.environment = environment;
        this.places = places;
    }

    /**
     * @param home of the user
     */
    static Jdks of(Map<String, String> environment, Path home) {
        return new Jdks(
                environment, PLACES.stream().map(place -> Path.of(place.replace("~", home.toString()))).toList());
    }

    static Jdks in(Map<String, String> environment, Path... places) {
        return new Jdks(environment, List.of(places));
    }

    /** The home of one of these versions, the first of them that is there. */
    Optional<Path> find(int... versions) {
        List<Path> homes = homes();
        for (int version : versions) {
            Optional<Path> found = homes.stream().filter(home -> is(version, home)).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private List<Path> homes() {
        List<Path> homes = new ArrayList<>();
        Optional.ofNullable(environment.get("JAVA_HOME")).map(Path::of).ifPresent(homes::add);
        for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path java = Path.of(directory, "java");
            if (Files.exists(java)) {
                real(java).map(file -> file.getParent().getParent()).ifPresent(homes::add);
            }
        }
        for (Path place : places) {
            homes.addAll(children(place));
        }
        return homes;
    }

    private static Optional<Path> real(Path file) {
        try {
            return Optional.of(file.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<Path> children(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(place)) {
            return children.sorted().flatMap(child -> Stream.of(child, child.resolve("Contents/Home"))).toList();
        } catch (IOException e) {
            return List.of(); // a place that may not be read has nothing for us
        }
    }

    private static boolean is(int version, Path home) {
        if (!Files.isExecutable(home.resolve("bin/javac"))) {
            return false;
        }
        try {
            return Files.readAllLines(home.resolve("release")).stream()
                    .anyMatch(line ->
                            line.matches("JAVA_VERSION=\"" + version + "[.\"-].*|JAVA_VERSION=\"" + version + "\""));
        } catch (IOException e) {
            return false;
        }
    }
}

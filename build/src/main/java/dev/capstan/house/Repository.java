package dev.capstan.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The working tree that these tests look after. */
final class Repository {
    private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");

    static final Path ROOT = findRoot();

    private Repository() {}

    private static Path findRoot() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve(".mvn"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("not within the repository: " + Path.of("").toAbsolutePath());
            }
        }
        return directory;
    }

    /** The modules as the root pom names them, in its order. */
    static List<String> modules() {
        return MODULE.matcher(read(ROOT.resolve("pom.xml"))).results().map(found -> found.group(1)).toList();
    }

    /** The classes of all modules, without those of tests. */
    static List<CompiledClass> mainClasses() {
        return modules().stream().flatMap(Repository::mainClassesOf).toList();
    }

    private static Stream<CompiledClass> mainClassesOf(String module) {
        Path sources = ROOT.resolve(module).resolve("src/main/java");
        Path classes = ROOT.resolve(module).resolve("target/classes");
        if (Files.isDirectory(sources) && !Files.isDirectory(classes)) {
            throw new IllegalStateException(
                    module + " is not compiled; run build/check, which compiles what it looks at");
        }
        return filesUnder(classes, ".class").stream().map(file -> CompiledClass.read(module, file));
    }

    static List<Path> filesUnder(Path directory, String ending) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

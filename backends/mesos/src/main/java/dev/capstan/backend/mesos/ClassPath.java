package dev.capstan.backend.mesos;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** What a class path stands for. */
final class ClassPath {
    private static final System.Logger LOG = System.getLogger(ClassPath.class.getName());

    private ClassPath() {}

    /**
     * The jars and directories that are there, each once, in the order in which a JVM looks into them. The manifest of
     * a jar may name others beside it, as that of a program that is started by {@code java -jar} does.
     */
    static Collection<Path> files(String classPath) {
        Deque<Path> toLookAt = new ArrayDeque<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            toLookAt.add(Path.of(entry).toAbsolutePath().normalize());
        }
        SequencedSet<Path> found = new LinkedHashSet<>();
        while (!toLookAt.isEmpty()) {
            Path next = toLookAt.remove();
            if (Files.exists(next) && found.add(next)) {
                namedBy(next).reversed().forEach(toLookAt::addFirst);
            }
        }
        return found;
    }

    private static List<Path> namedBy(Path file) {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try (var jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            String names = manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return names == null
                    ? List.of()
                    : Stream.of(names.strip().split("\\s+")).flatMap(name -> beside(file, name)).toList();
        } catch (IOException e) { // a JVM passes over what is no jar as well
            LOG.log(System.Logger.Level.DEBUG, () -> "what " + file + " names cannot be read", e);
            return List.of();
        }
    }

    /** Names are addresses, relative to that of the jar. */
    private static Stream<Path> beside(Path jar, String name) {
        try {
            URI there = jar.toUri().resolve(name);
            return "file".equals(there.getScheme()) ? Stream.of(Path.of(there).normalize()) : Stream.empty();
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return Stream.empty(); // as a JVM does
        }
    }
}

package dev.capstan.driver;

import dev.capstan.engine.operator.WriteTextFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Saves a dataset as text. Tasks write below {@code _temporary}; when all are done their files move to their places and
 * {@code _SUCCESS} is made last, so that its presence says that all is there.
 */
final class TextFileOutput {
    private static final String TEMPORARY = "_temporary";

    private TextFileOutput() {}

    static <T> void save(Rdd<T> dataset, String directory) {
        Path target = Path.of(directory).toAbsolutePath();
        try {
            refuseOccupied(target);
            Path temporary = target.resolve(TEMPORARY);
            Path work = temporary.resolve(UUID.randomUUID().toString());
            Files.createDirectories(work);
            try {
                List<String> files =
                        dataset.context()
                                .run("saveAsTextFile", dataset.lineage(), new WriteTextFiles<T>(work.toString()));
                for (String file : files) {
                    Files.move(work.resolve(file), target.resolve(file), StandardCopyOption.ATOMIC_MOVE);
                }
            } finally {
                deleteTree(temporary);
            }
            Files.createFile(target.resolve("_SUCCESS"));
        } catch (IOException e) {
            throw new UncheckedIOException("saveAsTextFile cannot write to " + target + ": " + e, e);
        }
    }

    private static void refuseOccupied(Path target) throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new IllegalArgumentException("saveAsTextFile: " + target + " is a file; give a directory to be made");
        }
        if (Files.isDirectory(target)) {
            try (Stream<Path> entries = Files.list(target)) {
                if (entries.findAny().isPresent()) {
                    throw new IllegalArgumentException(
                            "saveAsTextFile: the directory "
                                    + target
                                    + " is not empty; delete it or choose another one");
                }
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}

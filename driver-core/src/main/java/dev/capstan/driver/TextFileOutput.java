package dev.capstan.driver;

import dev.capstan.engine.operator.WriteTextFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Saves a dataset as text. Tasks write below {@code _temporary}; when all are done their files move to their places and
 * {@code _SUCCESS} is made last, so that its presence says that all is there.
 */
final class TextFileOutput {
    private static final String TEMPORARY = "_temporary";
    private static final int MOST_TRIES = 5;

    private TextFileOutput() {}

    static <T> void save(Rdd<T> dataset, String directory) {
        Path target = Path.of(directory).toAbsolutePath();
        try {
            refuseOccupied(target);
            List<Path> made = missing(target);
            Path work = target.resolve(TEMPORARY).resolve(UUID.randomUUID().toString());
            List<Path> moved = new ArrayList<>();
            try {
                Files.createDirectories(work);
                List<String> files =
                        dataset.context()
                                .run("saveAsTextFile", dataset.lineage(), new WriteTextFiles<T>(work.toString()));
                for (String file : files) {
                    moved.add(Files.move(work.resolve(file), target.resolve(file), StandardCopyOption.ATOMIC_MOVE));
                }
                deleteWork(work);
                Files.createFile(target.resolve("_SUCCESS"));
            } catch (Throwable e) {
                undo(work, moved, made, e);
                throw e;
            }
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

    /** The directories of the path that are not there, the deepest first. */
    private static List<Path> missing(Path target) {
        List<Path> missing = new ArrayList<>();
        for (Path path = target; path != null && Files.notExists(path); path = path.getParent()) {
            missing.add(path);
        }
        return missing;
    }

    /** Leaves things as they were found, as far as that is still possible; why the save failed matters more. */
    private static void undo(Path work, List<Path> moved, List<Path> made, Throwable why) {
        try {
            deleteWork(work);
            for (Path file : moved) {
                Files.deleteIfExists(file);
            }
            for (Path directory : made) {
                deleteIfEmpty(directory);
            }
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /** Tasks that were cancelled may still be at work there, and lose. */
    private static void deleteWork(Path work) throws IOException {
        boolean deleted = false;
        for (int tries = 1; !deleted; tries++) {
            try {
                deleteTree(work);
                deleted = true;
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
        Path temporary = work.getParent();
        if (temporary != null) {
            deleteIfEmpty(temporary);
        }
    }

    /** Somebody else may have put something there. */
    private static void deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            return; // and it stays
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
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

package dev.capstan.driver;

import dev.capstan.engine.files.FileErrors;
import dev.capstan.engine.files.FilePath;
import dev.capstan.engine.files.PartFormat;
import dev.capstan.engine.files.SavePart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Saves a dataset as the files of a directory. Attempts write below {@code _temporary}, each to a file of its own; when
 * all partitions are done, the files of the attempts that count move to their places, and {@code _SUCCESS} is made
 * last, so that its presence says that all is there.
 */
final class DirectoryOutput {
    private static final String TEMPORARY = "_temporary";
    private static final int MOST_TRIES = 5;

    private final String action;
    private final Path target;
    private final Path work;
    private boolean claimed;

    private DirectoryOutput(String action, Path target) {
        this.action = action;
        this.target = target;
        this.work = target.resolve(TEMPORARY).resolve(UUID.randomUUID().toString());
    }

    static <T> void save(String action, Rdd<T> dataset, String directory, PartFormat<T> format) {
        Checks.given(directory, action, "a path");
        new DirectoryOutput(action, FilePath.absolute(action, directory)).save(dataset, format);
    }

    private <T> void save(Rdd<T> dataset, PartFormat<T> format) {
        try {
            refuseOccupied();
            List<Path> made = missing(target);
            List<Path> moved = new ArrayList<>();
            try {
                claim();
                var write = new SavePart<>(target.toString(), work.toString(), format);
                List<String> files = dataset.context().jobs().run(action, dataset.lineage(), write);
                move(files, format.suffix(), moved);
                deleteWork(work);
                Files.createFile(target.resolve("_SUCCESS"));
            } catch (Throwable e) {
                undo(moved, made, e);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(action + " cannot write to " + target + ": " + reason(e), e);
        }
    }

    private void refuseOccupied() throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new IllegalArgumentException(action + ": " + target + " is a file; give a directory to be made");
        }
        if (Files.isDirectory(target)) {
            if (Files.exists(target.resolve(TEMPORARY))) {
                throw unfinished();
            }
            try (Stream<Path> entries = Files.list(target)) {
                if (entries.findAny().isPresent()) {
                    throw new IllegalArgumentException(
                            action + ": the directory " + target + " is not empty; delete it or choose another one");
                }
            }
        }
    }

    private IllegalArgumentException unfinished() {
        return new IllegalArgumentException(
                action
                        + ": the directory "
                        + target
                        + " holds a save that was not completed, of a program that was killed or that still runs; if"
                        + " none runs, delete it, or choose another one");
    }

    /** Of two programs that save to the same place at the same time, one makes {@code _temporary}. */
    private void claim() throws IOException {
        try {
            Files.createDirectories(target);
        } catch (NoSuchFileException e) {
            throw (IOException)
                    new FileSystemException(e.getFile(), null, "no directory can be made there").initCause(e);
        }
        try {
            Files.createDirectory(target.resolve(TEMPORARY));
        } catch (FileAlreadyExistsException e) {
            IllegalArgumentException refused = unfinished();
            refused.addSuppressed(e);
            throw refused;
        }
        claimed = true;
        Files.createDirectory(work);
    }

    /** Names have so many digits that their order is that of the partitions. */
    private void move(List<String> files, String suffix, List<Path> moved) throws IOException {
        int digits = Math.max(5, String.valueOf(files.size() - 1).length());
        for (int partition = 0; partition < files.size(); partition++) {
            String name = String.format(Locale.ROOT, "part-%0" + digits + "d%s", partition, suffix);
            Path place = target.resolve(name);
            moved.add(Files.move(work.resolve(files.get(partition)), place, StandardCopyOption.ATOMIC_MOVE));
        }
    }

    private static String reason(IOException failure) {
        return failure instanceof NoSuchFileException
                ? "the directory, or what was written to it, was removed while it was saved"
                : FileErrors.reason(failure);
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
    private void undo(List<Path> moved, List<Path> made, Throwable why) {
        try {
            for (Path file : moved) {
                Files.deleteIfExists(file);
            }
            if (claimed) {
                deleteWork(work);
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

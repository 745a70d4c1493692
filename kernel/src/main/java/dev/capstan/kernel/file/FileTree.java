package dev.capstan.kernel.file;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/** Directories with all that is in them. */
public final class FileTree {
    private FileTree() {}

    /** Removes it. Others may remove the same meanwhile, or what is in it; that there is none is fine as well. */
    public static void remove(Path directory) throws IOException {
        clear(directory, _ -> false);
        Files.deleteIfExists(directory);
    }

    /** Removes what is in it, but for some files. */
    static void clear(Path directory, Predicate<Path> kept) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (!kept.test(file)) {
                            Files.deleteIfExists(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                        return unlessGone(failure);
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                            throws IOException {
                        if (!visited.equals(directory)) {
                            Files.deleteIfExists(visited);
                        }
                        return unlessGone(failure);
                    }
                });
    }

    private static FileVisitResult unlessGone(@Nullable IOException failure) throws IOException {
        if (failure == null || failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }
}

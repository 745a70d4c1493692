package dev.capstan.engine.files;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the files that a path means: a file; a directory, of which all files are taken but those whose names begin with
 * a dot or an underscore; a pattern of files or directories, {@code logs/2026-*.txt}; or several of these, separated by
 * commas. Each with or without {@code file:}. What exists is taken as it is, whatever signs its name has.
 */
final class FileSearch {
    private final String operator;
    private final Map<String, FoundFile> files = new LinkedHashMap<>();

    /** The first directory with others in it, which are not looked into. */
    private @Nullable Path passedOver;

    private FileSearch(String operator) {
        this.operator = operator;
    }

    /**
     * All files of the path, in the order in which it names them, and by name within a directory.
     *
     * @param operator for errors: who searches
     */
    static List<FoundFile> find(String operator, String paths) {
        FileSearch search = new FileSearch(operator);
        if (paths.isBlank()) {
            throw new IllegalArgumentException(operator + " needs a path, not an empty text");
        }
        List<String> parts = exists(paths) ? List.of(paths) : PathPattern.paths(paths);
        if (parts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    operator + ": the path '" + paths + "' has nothing between two of its commas");
        }
        parts.forEach(part -> search.take(part.strip()));
        if (search.files.isEmpty() && search.passedOver != null) {
            throw new IllegalArgumentException(
                    operator
                            + ": "
                            + search.passedOver
                            + " holds directories but no files; add /** for the files in directories of any depth");
        }
        return List.copyOf(search.files.values());
    }

    private void take(String given) {
        String path = FilePath.local(operator, given);
        try {
            if (PathPattern.isPattern(path) && !exists(path)) {
                takeMatches(path);
            } else {
                takePath(Path.of(path));
            }
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    operator + ": '" + given + "' is no pattern; put \\ before a bracket that is part of a name", e);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(operator + ": '" + given + "' is not a path: " + e.getReason(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(operator + ": " + FileErrors.cannot("look into", given, e), e);
        }
    }

    private void takeMatches(String pattern) throws IOException {
        List<Path> found = List.copyOf(PathPattern.match(pattern));
        if (found.isEmpty()) {
            throw new IllegalArgumentException(operator + ": no file matches " + pattern);
        }
        for (Path each : found) {
            takePath(each);
        }
    }

    private void takePath(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            for (Path entry : PathPattern.entries(path)) {
                if (!PathPattern.isVisible(entry)) {
                    continue;
                }
                if (Files.isRegularFile(entry)) {
                    takeFile(entry);
                } else if (passedOver == null && Files.isDirectory(entry)) {
                    passedOver = path.toAbsolutePath();
                }
            }
        } else if (Files.isRegularFile(path)) {
            takeFile(path);
        } else if (Files.exists(path)) {
            throw new IllegalArgumentException(
                    operator + ": " + path.toAbsolutePath() + " is neither a file nor a directory");
        } else {
            throw new IllegalArgumentException(operator + ": there is no file or directory " + path.toAbsolutePath());
        }
    }

    private void takeFile(Path file) throws IOException {
        String path = file.toAbsolutePath().toString();
        files.putIfAbsent(path, new FoundFile(path, Files.size(file)));
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}

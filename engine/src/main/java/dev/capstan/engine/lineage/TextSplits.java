package dev.capstan.engine.lineage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds text files and cuts them into splits. */
public final class TextSplits {
    /** Splits are never larger, however few are asked for. */
    private static final long MOST_BYTES = 32L << 20;

    /** A rest that is hardly larger than a split stays whole. */
    private static final double SLACK = 1.1;

    private TextSplits() {}

    /**
     * @param path a file; a directory, of which all files are taken but those whose names begin with a dot or an
     *     underscore; or a pattern of files or directories, {@code logs/2026-*.txt}; with or without {@code file:}
     * @param least large files are cut into at least so many splits together
     */
    public static List<TextSplit> of(String path, int least) {
        try {
            List<Path> files = find(path.startsWith("file:") ? path.replaceFirst("^file:(//)?", "") : path);
            long total = 0;
            for (Path file : files) {
                total += Files.size(file);
            }
            long size = Math.clamp(total / least, 1, MOST_BYTES);
            List<TextSplit> splits = new ArrayList<>();
            for (Path file : files) {
                cut(file, Files.size(file), size, splits);
            }
            return List.copyOf(splits);
        } catch (IOException e) {
            throw new UncheckedIOException("textFile cannot read " + path + ": " + e, e);
        }
    }

    private static void cut(Path file, long length, long size, List<TextSplit> splits) {
        String path = file.toAbsolutePath().toString();
        if (path.endsWith(".gz")) {
            splits.add(new TextSplit(path, 0, Long.MAX_VALUE));
            return;
        }
        long start = 0;
        while ((length - start) > SLACK * size) {
            splits.add(new TextSplit(path, start, start + size));
            start += size;
        }
        if (start < length) {
            splits.add(new TextSplit(path, start, length));
        }
    }

    private static List<Path> find(String path) throws IOException {
        List<Path> found = isPattern(path) && !exists(path) ? match(path) : List.of(Path.of(path));
        List<Path> files = new ArrayList<>();
        for (Path each : found) {
            if (Files.isDirectory(each)) {
                try (Stream<Path> entries = Files.list(each)) {
                    entries.filter(TextSplits::visible).filter(Files::isRegularFile).sorted().forEach(files::add);
                }
            } else if (Files.isRegularFile(each)) {
                files.add(each);
            } else {
                throw new IllegalArgumentException("textFile: there is no file or directory " + each.toAbsolutePath());
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("textFile: no file matches " + path);
        }
        return files;
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean visible(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && !name.startsWith("_");
    }

    private static boolean isPattern(String path) {
        return path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
    }

    /** Component by component, so that only directories that match are listed. */
    private static List<Path> match(String pattern) throws IOException {
        List<Path> found = List.of(Path.of(pattern.startsWith("/") ? "/" : ""));
        for (String component : pattern.split("/")) {
            if (component.isEmpty()) {
                continue;
            }
            List<Path> deeper = new ArrayList<>();
            for (Path directory : found) {
                if (!isPattern(component)) {
                    Path next = directory.resolve(component);
                    if (Files.exists(next)) {
                        deeper.add(next);
                    }
                } else if (Files.isDirectory(directory)) {
                    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + component);
                    try (Stream<Path> entries = Files.list(directory)) {
                        entries.filter(TextSplits::visible)
                                .filter(entry -> matcher.matches(entry.getFileName()))
                                .sorted()
                                .forEach(deeper::add);
                    }
                }
            }
            found = deeper;
        }
        return found;
    }
}

package dev.capstan.engine.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Patterns of paths: {@code *}, {@code ?}, {@code [a-z]} within a name, {@code **} across folders, {@code {a,b}}. */
final class PathPattern {
    private static final String ACROSS = "**";

    private PathPattern() {}

    static boolean isPattern(String path) {
        return path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{' || c == '\\');
    }

    /** Cuts at the commas that are not within braces. */
    static List<String> paths(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> depth++;
                case '}' -> depth--;
                case ',' -> {
                    if (depth == 0) {
                        parts.add(text.substring(from, i));
                        from = i + 1;
                    }
                }
                default -> {}
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** All files and folders that fit, in order; none twice. */
    static Set<Path> match(String pattern) throws IOException {
        Set<Path> found = new LinkedHashSet<>();
        for (String plain : withoutBraces(pattern)) {
            found.addAll(matchNames(plain));
        }
        return found;
    }

    /** {@code a{b,c/d}} is {@code ab} and {@code ac/d}: each brace may hold names of any depth. */
    private static List<String> withoutBraces(String pattern) {
        int open = indexOf(pattern, '{', 0);
        int close = open < 0 ? -1 : closing(pattern, open);
        if (close < 0) {
            return List.of(pattern);
        }
        List<String> plain = new ArrayList<>();
        for (String choice : paths(pattern.substring(open + 1, close))) {
            plain.addAll(withoutBraces(pattern.substring(0, open) + choice + pattern.substring(close + 1)));
        }
        return plain;
    }

    private static int indexOf(String pattern, char sought, int from) {
        for (int i = from; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '\\') {
                i++;
            } else if (pattern.charAt(i) == sought) {
                return i;
            }
        }
        return -1;
    }

    private static int closing(String pattern, int open) {
        int close = indexOf(pattern, '}', open);
        int inner = indexOf(pattern, '{', open + 1);
        while (inner >= 0 && close > inner) {
            int innerClose = closing(pattern, inner);
            if (innerClose < 0) {
                return -1;
            }
            close = indexOf(pattern, '}', innerClose + 1);
            inner = indexOf(pattern, '{', innerClose + 1);
        }
        return close;
    }

    /** Name by name, so that only folders that fit are listed. */
    private static Set<Path> matchNames(String pattern) throws IOException {
        Set<Path> found = new LinkedHashSet<>(Set.of(Path.of(pattern.startsWith("/") ? "/" : "")));
        for (String name : pattern.split("/")) {
            if (!name.isEmpty()) {
                Set<Path> deeper = new LinkedHashSet<>();
                for (Path folder : found) {
                    step(folder, name, deeper);
                }
                found = deeper;
            }
        }
        return found;
    }

    private static void step(Path folder, String name, Set<Path> deeper) throws IOException {
        if (!isPattern(name)) {
            Path next = folder.resolve(name);
            if (Files.exists(next)) {
                deeper.add(next);
            }
        } else if (!Files.isDirectory(folder)) {
            return;
        } else if (name.equals(ACROSS)) {
            across(folder, deeper);
        } else {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
            boolean hidden = name.startsWith(".") || name.startsWith("_");
            for (Path entry : entries(folder)) {
                if (matcher.matches(entry.getFileName()) && (hidden || isVisible(entry))) {
                    deeper.add(entry);
                }
            }
        }
    }

    /** The folder and all below it. Links are not followed, since they may lead back. */
    private static void across(Path folder, Set<Path> deeper) throws IOException {
        deeper.add(folder);
        for (Path entry : entries(folder)) {
            if (isVisible(entry) && Files.isDirectory(entry) && !Files.isSymbolicLink(entry)) {
                across(entry, deeper);
            }
        }
    }

    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    /** Names that begin with a dot or an underscore are notes of programs, {@code _SUCCESS} for one, and no data. */
    static boolean isVisible(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && !name.startsWith("_");
    }
}

package dev.capstan.engine.files;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Paths as users give them: with or without {@code file:}. */
public final class FilePath {
    private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):/.*");
    private static final Pattern FILE = Pattern.compile("^file:(//(?=/))?");

    private FilePath() {}

    /**
     * The path of a file or directory, absolute.
     *
     * @param operator for errors: who asks
     */
    public static Path absolute(String operator, String given) {
        if (given.isBlank()) {
            throw new IllegalArgumentException(operator + " needs a path, not an empty text");
        }
        try {
            return Path.of(local(operator, given)).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(operator + ": '" + given + "' is not a path: " + e.getReason(), e);
        }
    }

    /** Without its scheme, if that is {@code file:}; others are refused. */
    static String local(String operator, String given) {
        String path = FILE.matcher(given).replaceFirst("");
        Matcher scheme = SCHEME.matcher(path);
        if (scheme.matches()) {
            throw new IllegalArgumentException(
                    operator
                            + ": '"
                            + given
                            + "' has the scheme "
                            + scheme.group(1)
                            + ", which is not known; give a path that every executor can open");
        }
        return path;
    }
}

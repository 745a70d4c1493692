package dev.capstan.driver.console;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What standard error leads to. Java does not tell, so a shell is asked; where there is none, it is no terminal.
 *
 * @param width columns, 0 if it is no terminal
 */
public record Terminal(int width) {
    public static final Terminal NONE = new Terminal(0);

    private static final String ASK = "test -t 2 && { stty size <&2 2>/dev/null || echo 0 0; }";
    private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)\\s*");
    private static final int USUAL_WIDTH = 80;
    private static final int ANSWERS_WITHIN_SECONDS = 2;

    public boolean present() {
        return width > 0;
    }

    /**
     * Whether a descriptor of this process may lead to a terminal. Takes no time, but knows it only where there is
     * {@code /proc}.
     */
    static boolean mayBe(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).startsWith("/dev/");
        } catch (IOException | UnsupportedOperationException e) {
            return true; // somebody else has to be asked
        }
    }

    /** Takes some milliseconds. */
    public static Terminal ask() throws InterruptedException {
        if (!mayBe(2) || "dumb".equals(System.getenv("TERM"))) {
            return NONE;
        }
        try {
            Process shell =
                    new ProcessBuilder("sh", "-c", ASK)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .start();
            if (!shell.waitFor(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
                return NONE;
            }
            String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return of(answer, System.getenv("COLUMNS"));
        } catch (IOException e) {
            return NONE; // no shell, so none of the terminals that we can draw on
        }
    }

    /**
     * @param answer of {@code stty size}, empty where there is no terminal
     * @param columns what the environment says, if anything
     */
    static Terminal of(String answer, @Nullable String columns) {
        Matcher size = SIZE.matcher(answer);
        if (!size.matches()) {
            return NONE;
        }
        int width = Integer.parseInt(size.group(1));
        if (width == 0 && columns != null && columns.matches("[1-9]\\d{0,4}")) {
            width = Integer.parseInt(columns);
        }
        return new Terminal(width == 0 ? USUAL_WIDTH : width);
    }
}

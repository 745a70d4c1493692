package dev.capstan.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tool such as Maven or javac, run to its end; what it says goes to a file.
 *
 * @param javaHome of the JDK that it is to use
 * @param log for what it says
 */
record Tool(Path javaHome, Path log) {
    /**
     * Runs it.
     *
     * @param problem what to say before the tool's own first error, should it fail
     */
    void run(List<String> command, String problem) throws InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", javaHome.toString());
        int code;
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            code = builder.start().waitFor();
        } catch (IOException e) {
            throw new BenchException(problem + ": " + e.getMessage(), e);
        }
        if (code != 0) {
            throw new BenchException(problem + ": " + firstError(code) + "; all it said is in " + log);
        }
    }

    private String firstError(int code) {
        try {
            return Files.readAllLines(log, StandardCharsets.UTF_8).stream()
                    .filter(line -> line.contains("ERROR") || line.contains("error:"))
                    .findFirst()
                    .map(String::strip)
                    .orElse("it ended with code " + code);
        } catch (IOException e) {
            return "it ended with code " + code + ", and its log cannot be read (" + e + ")";
        }
    }
}

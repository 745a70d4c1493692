package dev.capstan.bench;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process of a side that is talked to by lines; what it logs goes to a file, whose end is told if it fails. */
final class ChildProcess implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(20);
    private static final int MOST_LOGGED = 5;

    private final String name;
    private final Path log;
    private final Process process;
    private final BufferedReader answers;

    ChildProcess(String name, List<String> command, Map<String, String> environment, Path log) {
        this.name = name;
        this.log = log;
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new BenchException("cannot start " + name + ", whose log would be " + log + ": " + e, e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    long pid() {
        return process.pid();
    }

    void tell(String line) {
        try {
            var requests = process.outputWriter(StandardCharsets.UTF_8);
            requests.write(line + "\n");
            requests.flush();
        } catch (IOException e) {
            throw ended(e);
        }
    }

    /** Its next line. */
    String answer(Duration bound) throws InterruptedException {
        var line = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        line.complete(answers.readLine());
                    } catch (IOException e) {
                        line.completeExceptionally(e);
                    }
                });
        try {
            String answer = line.get(bound.toMillis(), TimeUnit.MILLISECONDS);
            if (answer == null) {
                throw ended(null);
            }
            return answer;
        } catch (ExecutionException e) {
            throw ended(e.getCause());
        } catch (TimeoutException e) {
            throw new BenchException(name + " gave no answer within " + bound.toMinutes() + " minutes" + logged(), e);
        }
    }

    private BenchException ended(@Nullable Throwable cause) {
        return new BenchException("the process of " + name + " ended without an answer" + logged(), cause);
    }

    private String logged() {
        try {
            List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
            return lines.isEmpty()
                    ? ""
                    : "; its log "
                            + log
                            + " ends with: "
                            + String.join(" | ", lines.subList(Math.max(0, lines.size() - MOST_LOGGED), lines.size()));
        } catch (IOException e) {
            return "; its log " + log + " cannot be read: " + e.getMessage();
        }
    }

    BenchException failure(String why) {
        return new BenchException(name + " failed: " + why + "; its log is " + log);
    }

    /** Ends with its input; is killed if it does not. */
    @Override
    public void close() {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly(); // it has closed its input, so it is ending anyway
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

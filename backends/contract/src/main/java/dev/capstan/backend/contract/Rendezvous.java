package dev.capstan.backend.contract;

import dev.capstan.testing.Await;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Tasks of several processes of this machine that wait for each other, so that no executor does the work of all.
 *
 * @param place a directory, in which each process that has come leaves its mark
 * @param processes how many are to come
 */
public record Rendezvous(String place, int processes) implements Serializable {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** Of its own, somewhere in the directory. */
    public static Rendezvous in(Path directory, int processes) {
        try {
            return new Rendezvous(Files.createTempDirectory(directory, "rendezvous").toString(), processes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called in a task: returns when so many processes have called it. */
    public void await() throws IOException {
        try {
            Files.createDirectory(Path.of(place, Long.toString(ProcessHandle.current().pid())));
        } catch (FileAlreadyExistsException e) {
            // with an earlier task
        }
        if (!Await.until(() -> come() >= processes, BOUND)) {
            throw new IllegalStateException("of " + processes + " processes " + come() + " have come within " + BOUND);
        }
    }

    private long come() {
        try (Stream<Path> marks = Files.list(Path.of(place))) {
            return marks.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

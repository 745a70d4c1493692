package dev.capstan.backend.localcluster.process;

import dev.capstan.testing.Await;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Processes as the system sees them: who runs, and signals to them. */
final class Signals {
    static final int INTERRUPT = 2;

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String IGNORED = "SigIgn:";
    private static final int HEXADECIMAL = 16;

    private Signals() {}

    /** Whether this process, and with it those that it starts, was started to ignore a signal. */
    static boolean isIgnored(int signal) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String mask = lines.filter(line -> line.startsWith(IGNORED)).findFirst().orElse(IGNORED + "0");
            return (Long.parseLong(mask.substring(IGNORED.length()).strip(), HEXADECIMAL) >> signal - 1 & 1) == 1;
        } catch (IOException e) {
            return false; // another system
        }
    }

    static void send(String signal, long pid) {
        try {
            int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
            if (code != 0 && ProcessHandle.of(pid).isPresent()) {
                throw new IllegalStateException("kill -" + signal + " " + pid + " gives " + code);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Called in a task: ends its executor, but only the first that comes here. */
    static void killOwnProcessOnce(String marker) throws IOException, InterruptedException {
        try {
            Files.createFile(Path.of(marker));
        } catch (FileAlreadyExistsException e) {
            return;
        }
        send("KILL", ProcessHandle.current().pid());
        Thread.sleep(BOUND); // the signal is on its way
    }

    /** Executors that a process has started and that live. */
    static List<ProcessHandle> executorsOf(ProcessHandle driver) {
        return driver.children()
                .filter(child -> child.info().commandLine().orElse("").contains("executor.live.ExecutorMain"))
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    static List<ProcessHandle> executors() {
        return executorsOf(ProcessHandle.current());
    }

    static void awaitEnd(ProcessHandle process, Duration bound) {
        if (!Await.until(() -> !process.isAlive(), bound)) {
            throw new AssertionError("process " + process.pid() + " lives after " + bound);
        }
    }
}

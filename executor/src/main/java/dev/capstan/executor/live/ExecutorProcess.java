package dev.capstan.executor.live;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An executor's process on this machine, as whoever started it sees it. */
public final class ExecutorProcess {
    private static final long GRACE_SECONDS = 5;
    private static final int TAIL_BYTES = 4 << 10;

    private final Process process;
    private final Path log;

    /**
     * How a process ended.
     *
     * @param detail for people: the exit code, and the end of what it said
     */
    public record End(int exitCode, boolean outOfMemory, String detail) {}

    private ExecutorProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the process with the class path of this one.
     *
     * @throws IOException when it cannot be started
     */
    public static ExecutorProcess start(ExecutorOrigin origin, int heapMegabytes) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx" + heapMegabytes + "m",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseParallelGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(origin.command());
        Path log = Files.createTempFile("capstan-" + origin.id().name() + "-", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.redirectInput(new File("/dev/null"));
        builder.environment().putAll(origin.environment());
        return new ExecutorProcess(builder.start(), log);
    }

    public long pid() {
        return process.pid();
    }

    /** Told once, on another thread, when the process has ended. */
    public void onExit(Consumer<End> told) {
        var unused = process.onExit().thenAccept(ended -> told.accept(end(ended.exitValue())));
    }

    private End end(int exitCode) {
        String said = tail();
        return new End(
                exitCode,
                said.contains("OutOfMemoryError"),
                "its process " + pid() + " ended with code " + exitCode + (said.isEmpty() ? "" : ": " + said));
    }

    private String tail() {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL_BYTES));
            byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, file.length())];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends it: at once if it does not end by itself in a moment. */
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        log.toFile().delete();
    }
}

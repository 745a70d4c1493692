package dev.capstan.executor.live;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** An executor's process on this machine, as whoever started it sees it. */
public final class ExecutorProcess {
    private static final long GRACE_SECONDS = 5;

    /** Set by the command when it uses such a cache. */
    private static final String CACHE_PROPERTY = "dev.capstan.aotCache";

    /** Who has started it, so that it can tell when nobody is left to look after it. */
    private static final String STARTER_PROPERTY = "dev.capstan.starter";

    private final Process process;
    private final LogDirectory logs;

    /** Where its heap is if it ran out of memory. */
    private final Optional<Path> heapDump;

    private final AtomicBoolean stopped = new AtomicBoolean();

    /** Who or what ended a process. */
    public enum Cause {
        /** A signal by which people and systems end processes. */
        KILLED,
        OUT_OF_MEMORY,
        /** It ended by itself, which it should not have. */
        CRASHED
    }

    /**
     * How a process ended.
     *
     * @param detail for people: the exit code, where its log is, and the end of what it said
     */
    public record End(int exitCode, Cause cause, String detail) {}

    private ExecutorProcess(Process process, LogDirectory logs, Optional<Path> heapDumps) {
        this.process = process;
        this.logs = logs;
        this.heapDump = heapDumps.map(directory -> directory.resolve("java_pid" + process.pid() + ".hprof"));
    }

    /**
     * Starts the process with the class path of this one.
     *
     * @param origin its log directory among it, which was made for it
     * @throws IOException when it cannot be started
     */
    public static ExecutorProcess start(ExecutorOrigin origin, ProcessSettings settings, int heapMegabytes)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions(origin, settings, heapMegabytes));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(origin.command());
        LogDirectory logs = new LogDirectory(origin.logs());
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(logs.jvm().toFile());
        builder.redirectInput(new File("/dev/null"));
        ExecutorJvm.environment(origin.resources()).forEach(builder.environment()::putIfAbsent);
        builder.environment().putAll(origin.environment());
        return new ExecutorProcess(builder.start(), logs, heapDumps(settings));
    }

    /** In an executor: whether whoever has started this process has ended; the system gives it another parent then. */
    static boolean isOrphan() {
        Long starter = Long.getLong(STARTER_PROPERTY);
        return starter != null && ProcessHandle.current().parent().filter(parent -> parent.pid() == starter).isEmpty();
    }

    /** What an executor needs; the user's own options come last, so that they win. */
    static List<String> jvmOptions(ExecutorOrigin origin, ProcessSettings settings, int heapMegabytes)
            throws IOException {
        List<String> options = new ArrayList<>(ExecutorJvm.options(origin.resources(), heapMegabytes));
        options.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        options.add("-D" + STARTER_PROPERTY + "=" + ProcessHandle.current().pid());
        options.add("-XX:ErrorFile=" + origin.logs().resolve("hs_err_pid%p.log"));
        if (heapDumps(settings).isPresent()) {
            Path dumps = heapDumps(settings).get();
            try {
                Files.createDirectories(dumps);
            } catch (IOException e) {
                throw new IOException("cannot make " + dumps + " (" + ProcessSettings.HEAP_DUMPS.name() + "): " + e, e);
            }
            options.add("-XX:+HeapDumpOnOutOfMemoryError");
            options.add("-XX:HeapDumpPath=" + dumps);
        }
        options.addAll(cacheOfClasses());
        options.addAll(settings.javaOptions());
        return options;
    }

    private static Optional<Path> heapDumps(ProcessSettings settings) {
        return settings.heapDumps().isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(settings.heapDumps()).toAbsolutePath());
    }

    /**
     * The cache of classes that this JVM was started with, which fits because the class path is the same. Where the
     * user's options make it unfit, the JVM goes on without, and need not tell.
     */
    private static List<String> cacheOfClasses() {
        String cache = System.getProperty(CACHE_PROPERTY, "");
        return !cache.isEmpty() && Files.isReadable(Path.of(cache))
                ? List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off")
                : List.of();
    }

    public long pid() {
        return process.pid();
    }

    /** Whether its end is no news. */
    public boolean isStopped() {
        return stopped.get();
    }

    /** Told once, on another thread, when the process has ended. */
    public void onExit(Consumer<End> told) {
        var unused =
                process.onExit()
                        .thenAccept(
                                ended -> told.accept(ending(pid(), ended.exitValue(), logs, heapDump, stopped.get())));
    }

    /** Called once for each end: what crashed keeps a log that says something, what was told to end does not. */
    static End ending(long pid, int exitCode, LogDirectory logs, Optional<Path> heapDump, boolean stopped) {
        String said = logs.tail();
        var text = new StringBuilder("its process " + pid + " " + ExecutorExit.text(exitCode));
        heapDump.filter(Files::isRegularFile).ifPresent(file -> text.append("; its heap was written to ").append(file));
        if (stopped || ExecutorExit.isToldToEnd(exitCode)) {
            logs.remove();
        } else if (logs.isEmpty()) {
            text.append("; its log was empty");
            logs.remove();
        } else {
            text.append("; its log is in ").append(logs.path());
            text.append(said.isEmpty() ? "" : ", and ends with:\n" + said.indent(4).stripTrailing());
        }
        return new End(exitCode, cause(exitCode, said), text.toString());
    }

    private static Cause cause(int exitCode, String said) {
        if (ExecutorExit.isKill(exitCode)) {
            return Cause.KILLED;
        }
        // The JVM's own words; what the program prints of an error that it has met is another thing.
        String words = said.toLowerCase(Locale.ROOT);
        boolean withoutMemory =
                words.contains("insufficient memory for the java runtime")
                        || words.contains("could not reserve enough space")
                        || words.contains("terminating due to java.lang.outofmemoryerror");
        return exitCode == ExecutorExit.OUT_OF_MEMORY || withoutMemory ? Cause.OUT_OF_MEMORY : Cause.CRASHED;
    }

    /** Ends it: at once if it does not end by itself in a moment. Its log goes as well. */
    public void stop() {
        stopped.set(true);
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        logs.remove();
    }
}

package dev.capstan.bench;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Stopwatch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts the smallest program of a side anew for each figure, and looks from outside at its time or its memory. */
final class CountingContender implements Contender {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final Duration UNTIL_IDLE = Duration.ofSeconds(3);
    private static final String EXECUTOR = "local-cluster[1,2,512]";
    private static final double KILOBYTES_PER_MEGABYTE = 1_024;

    private final Side side;
    private final Workload workload;
    private final BenchOptions options;

    CountingContender(Side side, Workload workload, BenchOptions options) {
        this.side = side;
        this.workload = workload;
        this.options = options;
    }

    @Override
    public String name() {
        return side.name();
    }

    @Override
    public Figure once() throws InterruptedException {
        boolean memory = isOfMemory();
        List<String> flags = new ArrayList<>(memory ? List.of() : side.tuning());
        flags.add("-Xmx" + (memory ? "1g" : options.heap()));
        List<String> command =
                switch (workload.kind()) {
                    case IDLE_MEMORY -> side.command(flags, side.counting(), "stay");
                    case IDLE_EXECUTOR -> side.on(EXECUTOR).command(flags, side.counting(), "stay");
                    case CLUSTER_START -> side.command(flags, side.counting(), "cluster");
                    case START -> side.command(flags, side.counting());
                    case PROGRAM, JARS, CLASS_PATH ->
                            throw new IllegalStateException(workload.name() + " is not measured by counting");
                };
        var log = options.work().resolve("logs").resolve(workload.name() + "-" + side.name() + ".log");
        Stopwatch watch = Stopwatch.started();
        try (var process = new ChildProcess(side.name() + " in " + workload.name(), command, side.environment(), log)) {
            String count = process.answer(BOUND);
            double millis = watch.millis();
            if (!count.equals("1000")) {
                throw process.failure("counting gave '" + count + "' instead of 1000");
            }
            return Figure.of(memory ? residentMegabytes(process.pid()) : millis, count);
        }
    }

    private boolean isOfMemory() {
        return switch (workload.kind()) {
            case IDLE_MEMORY, IDLE_EXECUTOR -> true;
            case PROGRAM, START, CLUSTER_START, JARS, CLASS_PATH -> false;
        };
    }

    private double residentMegabytes(long pid) throws InterruptedException {
        Thread.sleep(UNTIL_IDLE); // nothing tells from outside that a process has settled
        return workload.kind() == Workload.Kind.IDLE_EXECUTOR ? ofWhatItHasStarted(pid) : residentMegabytesOf(pid);
    }

    /** That is its executor. */
    private static double ofWhatItHasStarted(long pid) throws InterruptedException {
        double all = 0;
        for (ProcessHandle started : ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).toList()) {
            all += residentMegabytesOf(started.pid());
        }
        if (all == 0) {
            throw new BenchException("process " + pid + " has no executor");
        }
        return all;
    }

    private static double residentMegabytesOf(long pid) throws InterruptedException {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(pid)).start();
            String kilobytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            ps.waitFor();
            return Double.parseDouble(kilobytes) / KILOBYTES_PER_MEGABYTE;
        } catch (IOException e) {
            throw new BenchException("cannot ask `ps` for the memory of a process: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // each run ends its process
    }
}

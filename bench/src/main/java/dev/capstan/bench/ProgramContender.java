package dev.capstan.bench;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.SideLoop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A program of a side in a process of its own, which stays from run to run. */
final class ProgramContender implements Contender {
    private static final Duration PREPARATION = Duration.ofMinutes(30); // ten gigabytes of text may have to be made
    private static final Duration RUN = Duration.ofMinutes(30);

    private final Side side;
    private final ChildProcess process;

    private ProgramContender(Side side, ChildProcess process) {
        this.side = side;
        this.process = process;
    }

    /**
     * Starts the process and waits until it is ready.
     *
     * @param size how much data; 1 is what the goals speak of
     * @param flags for this process, besides those of the side
     */
    static ProgramContender start(Side side, Workload workload, double size, BenchOptions options, List<String> flags)
            throws InterruptedException {
        List<String> runners = new ArrayList<>(side.tuning());
        runners.add("-Xms" + options.heap());
        runners.add("-XX:+AlwaysPreTouch"); // who first reaches memory must not pay for what it takes to give it
        List<String> more = new ArrayList<>(runners);
        more.add("-Xmx" + options.heap());
        more.add("-D" + Setting.EXECUTOR_FLAGS + "=" + String.join(" ", runners));
        more.addAll(flags);
        List<String> command =
                side.command(
                        more,
                        side.programs(),
                        workload.name(),
                        String.valueOf(size),
                        options.work().resolve("data").toString());
        var process =
                new ChildProcess(
                        side.name() + " in " + workload.name(),
                        command,
                        side.environment(),
                        options.work().resolve("logs").resolve(workload.name() + "-" + side.name() + ".log"));
        try {
            String answer = process.answer(PREPARATION);
            if (!answer.equals(SideLoop.READY)) {
                throw process.failure(answer.replace(SideLoop.FAILED, ""));
            }
        } catch (RuntimeException | InterruptedException e) {
            process.close();
            throw e;
        }
        return new ProgramContender(side, process);
    }

    @Override
    public String name() {
        return side.name();
    }

    @Override
    public Figure once() throws InterruptedException {
        process.tell(SideLoop.RUN);
        String answer = process.answer(RUN);
        if (answer.startsWith(SideLoop.FAILED)) {
            throw process.failure(answer.substring(SideLoop.FAILED.length()));
        }
        return Figure.parse(answer);
    }

    @Override
    public void close() {
        process.close();
    }
}

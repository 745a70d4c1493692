package dev.capstan.driver.console;

import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.runtime.JobListener;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows on standard error how jobs get on: bars on a terminal, a line now and then elsewhere, and a line on each job
 * that took long. Of short jobs it says nothing.
 *
 * <p>Events come on the driver's loop and only change the board; a thread of its own draws it. A terminal that stands
 * still costs frames, and messages when there are very many, but never the loop's time. The lock is held for a change
 * or a copy of the board, never while something is printed.
 */
public final class Console implements JobListener {
    private static final Duration FRAME = Duration.ofMillis(200);
    private static final Duration SHORT_ON_TERMINAL = Duration.ofMillis(500);
    private static final Duration SHORT_ELSEWHERE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final Duration WIDTH_KEEPS = Duration.ofSeconds(3);
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(1);
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;
    private static final String PREFIX = "capstan: ";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final JobBoard board = new JobBoard(SHORT_ON_TERMINAL); // guarded by the lock
    private boolean closed; // the same
    private final Thread thread = Thread.ofPlatform().name("capstan-console").daemon(true).unstarted(this::run);

    private final Screen screen = new Screen(this::takeMessages);

    // Of the thread alone.
    private @Nullable Terminal terminal;
    private long terminalAsked;
    private @Nullable Long lastLine;

    private Console() {}

    public static Console start() {
        var console = new Console();
        if (Terminal.mayBe(STANDARD_ERROR)) {
            console.screen.open(Terminal.mayBe(STANDARD_OUTPUT));
        }
        console.thread.start();
        return console;
    }

    @Override
    public void onJobEvent(JobEvent event) {
        if (event instanceof JobEvent.PartitionResult) {
            return; // many, and nothing to show
        }
        lock.lock();
        try {
            boolean asleep = !board.hasJobs();
            board.accept(event, System.nanoTime());
            if (asleep || board.hasMessages()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitFrame()) {
                draw();
            }
            draw();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread to end
        }
    }

    /** Until there is something to say, or a frame is due. False when the console was closed. */
    private boolean awaitFrame() throws InterruptedException {
        lock.lock();
        try {
            long nextFrame = System.nanoTime() + FRAME.toNanos();
            while (!closed && !board.hasMessages()) {
                if (!board.hasJobs()) {
                    changed.await();
                    continue;
                }
                long due = Math.max(nextFrame, board.shownFrom()) - System.nanoTime();
                if (due <= 0) {
                    break;
                }
                changed.awaitNanos(due);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void draw() throws InterruptedException {
        Terminal on = terminal();
        lock.lock();
        try {
            board.ignoreShorterThan(on.present() ? SHORT_ON_TERMINAL : SHORT_ELSEWHERE);
        } finally {
            lock.unlock();
        }
        if (on.present()) {
            screen.show(() -> new Screen.Frame(takeMessages(), bars(on.width())));
        } else {
            takeMessages().forEach(System.err::println);
            printLine(stages(), System.nanoTime());
        }
    }

    private List<String> bars(int width) {
        return Texts.bars(stages(), System.nanoTime(), width - 1, screen.speaksUnicode());
    }

    private List<String> takeMessages() {
        lock.lock();
        try {
            return board.hasMessages() ? board.takeMessages().stream().map(PREFIX::concat).toList() : List.of();
        } finally {
            lock.unlock();
        }
    }

    private List<JobBoard.Stage> stages() {
        lock.lock();
        try {
            return closed ? List.of() : board.stages(System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void printLine(List<JobBoard.Stage> stages, long now) {
        List<JobBoard.Stage> slow =
                stages.stream().filter(stage -> now - stage.sinceNanos() >= SHORT_ELSEWHERE.toNanos()).toList();
        if (!slow.isEmpty() && (lastLine == null || now - lastLine >= BETWEEN_LINES.toNanos())) {
            lastLine = now;
            System.err.println(PREFIX + Texts.line(slow));
        }
    }

    /** Asked for the first time when there is something to show, and now and then, as windows change. */
    private Terminal terminal() throws InterruptedException {
        long now = System.nanoTime();
        boolean old = terminal != null && terminal.present() && now - terminalAsked >= WIDTH_KEEPS.toNanos();
        if (terminal == null || old) {
            terminal = Terminal.ask();
            terminalAsked = now;
        }
        return terminal;
    }

    /** Says what is still to be said. Idempotent and bounded: a terminal that stands still is left alone. */
    @Override
    public void closed() {
        lock.lock();
        try {
            if (!closed) {
                board.close(System.nanoTime());
            }
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(CLOSES_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        screen.close();
    }
}

package dev.capstan.engine.operator;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The lines on their way to a process and from it. One lock for both ways: the task's thread waits for whichever of the
 * two lets it go on.
 */
final class LineBuffer {
    private static final int MOST_LINES = 512;

    /** Now and then the task's thread must look whether its task was killed. */
    private static final long LOOK_AROUND_MILLIS = 50;

    private final Deque<String> input = new ArrayDeque<>();
    private final Deque<String> output = new ArrayDeque<>();
    private boolean inputEnded;
    private boolean inputRefused;
    private boolean outputEnded;
    private boolean closed;
    private @Nullable IOException failure;

    // ---- the task's thread; it alone puts input, so that what has room once has room until it puts

    synchronized boolean takesInput() {
        return !inputEnded && !inputRefused && input.size() < MOST_LINES && output.isEmpty();
    }

    synchronized void putInput(String line) {
        input.add(line);
        notifyAll();
    }

    synchronized void endInput() {
        inputEnded = true;
        notifyAll();
    }

    synchronized boolean isInputRefused() {
        return inputRefused;
    }

    /**
     * A line if there is one; else waits until there may be one, or room for input.
     *
     * @param allIsPut whether room for input is of no use
     */
    @SuppressWarnings("WaitNotInLoop") // who asks does so again and again
    synchronized @Nullable String pollOutput(boolean allIsPut) throws InterruptedException {
        if (output.isEmpty() && !outputEnded && (allIsPut || inputRefused || input.size() >= MOST_LINES)) {
            wait(LOOK_AROUND_MILLIS);
        }
        String line = output.poll();
        if (line != null) {
            notifyAll();
        }
        return line;
    }

    synchronized boolean isOutputOver() {
        if (failure != null && !closed) {
            throw new UncheckedIOException("pipe: what the command writes cannot be read", failure);
        }
        return outputEnded && output.isEmpty();
    }

    /** The task is over. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    // ---- the threads that talk with the process

    /** Waits for a line; null when there will be none. */
    synchronized @Nullable String takeInput() throws InterruptedException {
        while (input.isEmpty() && !inputEnded && !closed) {
            wait();
        }
        String line = closed ? null : input.poll();
        notifyAll();
        return line;
    }

    synchronized void refuseInput() {
        inputRefused = true;
        input.clear();
        notifyAll();
    }

    /** Waits for room. */
    synchronized void putOutput(String line) throws InterruptedException {
        while (output.size() >= MOST_LINES && !closed) {
            wait();
        }
        if (!closed) {
            output.add(line);
            notifyAll();
        }
    }

    synchronized void failOutput(IOException why) {
        failure = why;
    }

    synchronized void endOutput() {
        outputEnded = true;
        notifyAll();
    }
}

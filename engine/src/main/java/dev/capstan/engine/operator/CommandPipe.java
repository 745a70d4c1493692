package dev.capstan.engine.operator;

import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Elements as lines into a process, and its lines out of it.
 *
 * <p>The task's own thread takes the elements and hands out the lines, since what it iterates belongs to it. Three
 * threads talk with the process, each through a bounded {@link LineBuffer}, so that neither side waits for the other
 * for ever. The process ends with the task, whichever way that ends.
 */
public final class CommandPipe implements Iterator<String> {
    private static final int ERROR_LINES = 20;

    /**
     * What to start.
     *
     * @param words the program and its arguments
     * @param environment variables that it gets besides those of the executor
     */
    public record Command(List<String> words, Map<String, String> environment) implements Shareable {
        public Command {
            words = List.copyOf(words);
            environment = Map.copyOf(environment);
        }
    }

    private final Command command;
    private final Iterator<?> elements;
    private final TaskContext task;
    private final Process process;
    private final LineBuffer buffer = new LineBuffer();
    private final Deque<String> lastErrors = new ArrayDeque<>();
    private final Thread errorReader;
    private @Nullable String next;
    private boolean ended;

    private CommandPipe(Command command, Iterator<?> elements, TaskContext task, Process process) {
        this.command = command;
        this.elements = elements;
        this.task = task;
        this.process = process;
        this.errorReader = Thread.ofVirtual().unstarted(this::readErrors);
    }

    /** Starts the command. */
    public static Iterator<String> start(Command command, Iterator<?> elements, TaskContext task) {
        ProcessBuilder builder = new ProcessBuilder(command.words());
        builder.environment().putAll(command.environment());
        CommandPipe pipe;
        try {
            pipe = new CommandPipe(command, elements, task, builder.start());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "pipe: the command "
                            + command.words()
                            + " cannot be started on this executor ("
                            + e.getMessage()
                            + "); it must be installed on every host, or be named by a path that is there on all",
                    e);
        }
        task.onCompletion(pipe::end);
        pipe.errorReader.start();
        Thread.ofVirtual().start(pipe::write);
        Thread.ofVirtual().start(pipe::read);
        return pipe;
    }

    private void write() {
        try (BufferedWriter input = process.outputWriter(StandardCharsets.UTF_8)) {
            for (String line = buffer.takeInput(); line != null; line = buffer.takeInput()) {
                input.write(line);
                input.write('\n');
            }
        } catch (IOException e) {
            buffer.refuseInput(); // it reads no more, as `head` does; its exit code tells whether that is an error
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e); // nobody interrupts this thread
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                buffer.putOutput(line);
            }
        } catch (IOException e) {
            buffer.failOutput(e);
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e); // nobody interrupts this thread
        } finally {
            buffer.endOutput();
        }
    }

    private void readErrors() {
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                synchronized (lastErrors) {
                    lastErrors.add(line);
                    if (lastErrors.size() > ERROR_LINES) {
                        lastErrors.remove();
                    }
                }
            }
        } catch (IOException e) {
            synchronized (lastErrors) {
                lastErrors.add("(the rest cannot be read: " + e.getMessage() + ")");
            }
        }
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null && !ended) {
                feed();
                next = buffer.pollOutput(!elements.hasNext());
                if (next == null) {
                    task.checkKilled();
                    if (buffer.isOutputOver()) {
                        ended = true;
                        checkExit();
                    }
                }
            }
            return next != null;
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
    }

    /** As many elements as there is room for. */
    private void feed() {
        while (buffer.takesInput() && elements.hasNext()) {
            buffer.putInput(String.valueOf(elements.next()));
        }
        if (buffer.isInputRefused() || !elements.hasNext()) {
            buffer.endInput();
        }
    }

    private void checkExit() throws InterruptedException {
        int exit = process.waitFor();
        if (exit == 0) {
            return;
        }
        errorReader.join();
        String errors;
        synchronized (lastErrors) {
            errors = String.join("\n    ", lastErrors);
        }
        throw new IllegalStateException(
                "pipe: the command "
                        + command.words()
                        + " ended with exit code "
                        + exit
                        + (errors.isEmpty() ? " and wrote no error" : "; it wrote to stderr at last:\n    " + errors));
    }

    @Override
    public String next() {
        String line = hasNext() ? next : null;
        if (line == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return line;
    }

    private void end() {
        buffer.close();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

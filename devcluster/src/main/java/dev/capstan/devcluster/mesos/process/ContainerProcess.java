package dev.capstan.devcluster.mesos.process;

import org.apache.mesos.v1.Protos.CommandInfo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A command under the watch of a small shell script, which tells when it ends and ends it when this process does. The
 * command and all it starts are one session, and are signalled together.
 */
final class ContainerProcess {
    private static final int SIGNAL_BASE = 128;
    private static final int MOST_SIGNAL = 64;
    private static final int EXIT_SHIFT = 8;
    private static final int KILLED = 9;
    private static final String SCRIPT = script();

    private final Process watch;
    private final OutputStream orders;

    private ContainerProcess(Process watch) {
        this.watch = watch;
        this.orders = watch.getOutputStream();
    }

    static ContainerProcess start(Path directory, CommandInfo command, Map<String, String> environment)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", SCRIPT, "container"));
        if (command.getShell()) {
            words.addAll(List.of("shell", command.getValue()));
        } else {
            words.addAll(List.of("exec", command.getValue()));
            // the first argument is the name the program is called by, which a shell cannot choose
            words.addAll(command.getArgumentsList().stream().skip(1).toList());
        }
        var builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("stderr").toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new ContainerProcess(builder.start());
    }

    /**
     * Waits until the command has ended.
     *
     * @param started told its process id
     * @return the raw status of the wait for it
     */
    int await(IntConsumer started) throws IOException {
        try (BufferedReader told = watch.inputReader(StandardCharsets.US_ASCII)) {
            String pid = told.readLine();
            if (pid == null) {
                return KILLED;
            }
            started.accept(Integer.parseInt(pid.strip()));
            String status = told.readLine();
            return status == null ? KILLED : raw(Integer.parseInt(status.strip()));
        } finally {
            orders.close();
        }
    }

    /** As wait tells it. A shell tells a signal as a number from 129 on, as it would an exit status. */
    private static int raw(int status) {
        return status > SIGNAL_BASE && status <= SIGNAL_BASE + MOST_SIGNAL
                ? status - SIGNAL_BASE
                : status << EXIT_SHIFT;
    }

    /** Sends a signal to all its processes; none if it has ended. */
    void signal(String name) {
        try {
            orders.write((name + "\n").getBytes(StandardCharsets.US_ASCII));
            orders.flush();
        } catch (IOException e) {
            // it has ended already, and its end is on its way
            System.getLogger(ContainerProcess.class.getName())
                    .log(System.Logger.Level.DEBUG, "a container ended before SIG{0}", name, e);
        }
    }

    private static String script() {
        try (InputStream in = ContainerProcess.class.getResourceAsStream("container.sh")) {
            if (in == null) {
                throw new IllegalStateException("container.sh is missing beside this class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.capstan.bench.side;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process of a side. It prepares one program and says {@code ready}; then it runs the program once for each line
 * {@code run} and answers with the figure or with why there is none, until its input ends.
 */
public final class SideLoop {
    public static final String READY = "ready";
    public static final String RUN = "run";
    public static final String FAILED = "failed\t";

    private SideLoop() {}

    /** Prepares the program of a name. */
    @FunctionalInterface
    public interface Preparation {
        Program prepare(String name, Setting setting) throws IOException;
    }

    /**
     * Serves until the input ends.
     *
     * @param arguments the program's name, the size, the directory of data
     */
    public static void serve(String[] arguments, Preparation preparation) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err); // what else is printed is not for the contest
        serve(arguments, preparation, System.in, answers);
    }

    static void serve(String[] arguments, Preparation preparation, InputStream in, PrintStream answers)
            throws IOException {
        Program program;
        try {
            var setting = new Setting(Double.parseDouble(arguments[1]), Path.of(arguments[2]));
            program = preparation.prepare(arguments[0], setting);
        } catch (IOException | RuntimeException e) {
            answers.println(failure(e));
            return;
        }
        answers.println(READY);
        var requests = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); RUN.equals(line); line = requests.readLine()) {
            answers.println(answer(program));
        }
    }

    private static String answer(Program program) {
        try {
            return program.run().line();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure(e);
        } catch (RuntimeException | Error e) {
            return failure(e);
        }
    }

    private static String failure(Throwable failure) {
        failure.printStackTrace(System.err);
        return FAILED + String.valueOf(failure).replace('\n', ' ');
    }
}

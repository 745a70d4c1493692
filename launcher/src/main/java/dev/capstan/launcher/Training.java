package dev.capstan.launcher;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;

/**
 * What the command does while the JVM notes which classes to keep in its cache: what is common to most uses. It needs
 * the driver's side of executor processes, and the executors' own side, which here is the driver's process.
 */
final class Training {
    private static final List<String> MASTERS = List.of("local-cluster[1,1,128]", "local[2]");

    private Training() {}

    public static void main(String[] arguments) throws ClassNotFoundException {
        var nowhere = new PrintWriter(Writer.nullWriter());
        for (String master : MASTERS) {
            int code = Main.run(nowhere, nowhere, "run", "--master", master, "letters", "Ann", "Bob", "Amy");
            if (code != ExitCode.SUCCESS) {
                System.exit(code); // then there is no cache, and things go on without
            }
        }
        Class.forName("dev.capstan.executor.live.ExecutorMain");
    }
}

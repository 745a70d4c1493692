package dev.capstan.backend.mesosdev;

import dev.capstan.testing.Await;

import java.time.Duration;
import java.util.List;

/** The JVMs that run executors of one program; nobody else's are touched. */
final class OwnProcesses {
    private final String name;

    OwnProcesses(String test) {
        this.name = test + ProcessHandle.current().pid();
    }

    /** Of the program. */
    String name() {
        return name;
    }

    List<ProcessHandle> running() {
        return ProcessHandle.allProcesses().filter(this::isExecutor).toList();
    }

    /** The shell that looks for a JDK has all of that in its command line, too. */
    private boolean isExecutor(ProcessHandle process) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains("ExecutorMain") && line.contains(name) && !line.contains("java=;"))
                .isPresent();
    }

    boolean haveEnded(Duration bound) {
        return Await.until(() -> running().isEmpty(), bound);
    }
}

package dev.capstan.engine.execution;

import com.sun.management.HotSpotDiagnosticMXBean;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The heap that this JVM has written when memory ran out, if it was told to: once, before the error is thrown. */
final class HeapDump {
    private HeapDump() {}

    static Optional<Path> written() {
        try {
            var machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            if (!Boolean.parseBoolean(machine.getVMOption("HeapDumpOnOutOfMemoryError").getValue())) {
                return Optional.empty();
            }
            Path place = Path.of(machine.getVMOption("HeapDumpPath").getValue()).toAbsolutePath();
            Path file =
                    Files.isDirectory(place)
                            ? place.resolve("java_pid" + ProcessHandle.current().pid() + ".hprof")
                            : place;
            return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
        } catch (RuntimeException | OutOfMemoryError e) { // another JVM, or still no memory: the failure itself counts
            return Optional.empty();
        }
    }
}

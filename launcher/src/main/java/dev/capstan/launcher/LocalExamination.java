package dev.capstan.launcher;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;

import dev.capstan.driver.backend.Finding;
import dev.capstan.driver.runtime.DriverPlace;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.executor.ExecutorSettings;
import dev.capstan.kernel.config.ByteSize;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/** Looks whether this machine could run programs, or their drivers. */
final class LocalExamination {
    private static final int JAVA = 25;
    private static final long LITTLE_HEAP = 256L << 20;
    private static final long LITTLE_DISK = 1L << 30;
    private static final long FEW_FILES = 4_096;

    private final Function<String, String> settings;
    private final Consumer<Finding> findings;

    private LocalExamination(Function<String, String> settings, Consumer<Finding> findings) {
        this.settings = settings;
        this.findings = findings;
    }

    /**
     * @param settings the value of a key, as it was written
     * @param sharesMachine whether nobody on other machines has to reach the driver
     */
    static void run(Function<String, String> settings, boolean sharesMachine, Consumer<Finding> findings) {
        var examination = new LocalExamination(settings, findings);
        examination.lookAtJava();
        examination.lookAtMemory();
        examination.lookAtDisk();
        examination.lookAtFiles();
        if (sharesMachine) { // else whoever knows the cluster looks at the address as well
            examination.lookAtAddress();
        }
    }

    private void lookAtJava() {
        String what = System.getProperty("java.vm.name") + " " + Runtime.version();
        boolean compiles = ModuleLayer.boot().findModule("jdk.compiler").isPresent();
        findings.accept(
                Runtime.version().feature() < JAVA
                        ? Finding.failure("java", what, "JDK " + JAVA + " or later is needed")
                        : compiles
                                ? Finding.ok("java", what)
                                : Finding.warning(
                                        "java",
                                        what + ", without a compiler",
                                        "files of Java source cannot be run; a JDK has what a JRE has not"));
    }

    private void lookAtMemory() {
        long heap = Runtime.getRuntime().maxMemory();
        long machine = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        String text =
                size(heap)
                        + " of heap at most, on a machine with "
                        + size(machine)
                        + " and "
                        + Runtime.getRuntime().availableProcessors()
                        + " processors";
        findings.accept(
                heap < LITTLE_HEAP
                        ? Finding.warning("memory", text, "CAPSTAN_JAVA_OPTS=-Xmx1g gives the JVM more")
                        : heap > machine
                                ? Finding.warning("memory", text, "the heap may grow beyond what there is; lower -Xmx")
                                : Finding.ok("memory", text));
    }

    private void lookAtDisk() {
        String hint = "capstan.local.dirs names directories for files that programs need while they run";
        try {
            Path directory = LocalDirectories.firstUsable(ExecutorSettings.localDirectories(settings));
            long free = Files.getFileStore(directory).getUsableSpace();
            String text = directory + " has " + size(free) + " free";
            findings.accept(
                    free < LITTLE_DISK
                            ? Finding.warning("temporary files", text, hint)
                            : Finding.ok("temporary files", text));
        } catch (IOException e) {
            findings.accept(Finding.failure("temporary files", e.getMessage(), hint));
        }
    }

    private void lookAtFiles() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long most = unix.getMaxFileDescriptorCount();
            findings.accept(
                    most < FEW_FILES
                            ? Finding.warning(
                                    "open files",
                                    "a process may have " + most,
                                    "shuffles of many partitions need more: ulimit -n " + FEW_FILES)
                            : Finding.ok("open files", "a process may have " + most));
        }
    }

    private void lookAtAddress() {
        DriverPlace place = DriverPlace.from(settings, true);
        try {
            InetAddress unused = place.tryListening();
            findings.accept(Finding.ok("ports", "the driver can listen at " + place));
        } catch (IOException e) {
            findings.accept(
                    Finding.failure(
                            "ports", e.getMessage(), "capstan.driver.host and capstan.driver.port say where it is to"));
        }
    }

    private static String size(long bytes) {
        return new ByteSize(bytes).toString();
    }
}

package dev.capstan.executor.live;

import dev.capstan.kernel.resource.Resources;

import java.util.List;

/** How the JVM of an executor is set up, wherever it runs. */
public final class ExecutorJvm {
    private static final int LEAST_DIRECT_MEGABYTES = 128;

    private ExecutorJvm() {}

    /**
     * What the JVM starts by itself, collectors, compilers and pools, is to fit to the executor, not to the machine.
     *
     * @param resources of the executor
     */
    public static List<String> options(Resources resources, int heapMegabytes) {
        int cores = (int) Math.max(1, resources.milliCpus() / 1000);
        return List.of(
                "-Xmx" + heapMegabytes + "m",
                "-XX:MaxDirectMemorySize=" + Math.max(LEAST_DIRECT_MEGABYTES, heapMegabytes / 4) + "m",
                "-XX:+UseCompactObjectHeaders",
                "-XX:ActiveProcessorCount=" + Math.max(2, cores),
                cores == 1 ? "-XX:+UseSerialGC" : "-XX:+UseParallelGC",
                "--enable-native-access=ALL-UNNAMED");
    }
}

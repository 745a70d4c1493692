package dev.capstan.executor.live;

import dev.capstan.kernel.resource.Resources;

import java.util.List;
import java.util.Map;

/** How the JVM of an executor is set up, wherever it runs. */
public final class ExecutorJvm {
    private static final int LEAST_DIRECT_MEGABYTES = 128;

    /** How often freed native memory is given back to the machine, which takes less than a millisecond. */
    private static final int TRIM_MILLIS = 2_000;

    private ExecutorJvm() {}

    /**
     * What the JVM starts by itself, collectors, compilers and pools, is to fit to the executor, not to the machine.
     *
     * @param resources of the executor
     */
    public static List<String> options(Resources resources, int heapMegabytes) {
        int cores = cores(resources);
        return List.of(
                "-Xmx" + heapMegabytes + "m",
                "-XX:MaxDirectMemorySize=" + Math.max(LEAST_DIRECT_MEGABYTES, heapMegabytes / 4) + "m",
                "-XX:+UseCompactObjectHeaders",
                "-XX:ActiveProcessorCount=" + Math.max(2, cores),
                cores == 1 ? "-XX:+UseSerialGC" : "-XX:+UseParallelGC",
                "-XX:TrimNativeHeapInterval=" + TRIM_MILLIS,
                "--enable-native-access=ALL-UNNAMED",
                // Without these Netty links to the C library, and to the flight recorder: a sixth of the start.
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.jfr.enabled=false");
    }

    /**
     * For its process, where nobody else has a say. The C library keeps up to eight heaps for each core, and what the
     * compilers have freed in one is neither given back nor used by another thread.
     */
    public static Map<String, String> environment(Resources resources) {
        return Map.of("MALLOC_ARENA_MAX", String.valueOf(Math.max(1, cores(resources) / 2)));
    }

    private static int cores(Resources resources) {
        return (int) Math.max(1, resources.milliCpus() / 1000);
    }
}

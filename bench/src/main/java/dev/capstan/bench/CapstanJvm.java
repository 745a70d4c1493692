package dev.capstan.bench;

import dev.capstan.bench.capstan.CapstanSide;
import dev.capstan.bench.capstan.CountThousand;
import dev.capstan.kernel.config.ByteSize;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our side: this JVM's class path again, with the flags that the command gives. */
public final class CapstanJvm {
    private static final String AOT_CACHE = "dev.capstan.aotCache";

    private CapstanJvm() {}

    /** Programs run in the process of the side. */
    public static Side side() {
        return new Side(
                "capstan",
                Path.of(System.getProperty("java.home"), "bin", "java"),
                flags(),
                List.of("-XX:+UseParallelGC"),
                System.getProperty("java.class.path"),
                CapstanSide.class.getName(),
                CountThousand.class.getName(),
                Map.of());
    }

    /** With the cache of classes, if the command has one for this class path: it makes it after the first use. */
    private static List<String> flags() {
        List<String> flags =
                new ArrayList<>(
                        List.of(
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dio.netty.jfr.enabled=false"));
        String cache = System.getProperty(AOT_CACHE, "");
        if (!cache.isEmpty()) {
            flags.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-D" + AOT_CACHE + "=" + cache));
        }
        return flags;
    }

    /**
     * Programs run on one executor with two cores, in a process of its own.
     *
     * @param heap of the executor
     */
    public static Side clusterSide(ByteSize heap) {
        return side().on(clusterOf(heap));
    }

    /** A form that Spark knows as well. */
    static String clusterOf(ByteSize heap) {
        return "local-cluster[1,2," + (heap.bytes() >> 20) + "]";
    }
}

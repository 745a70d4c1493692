package dev.capstan.bench;

import dev.capstan.bench.capstan.CapstanSide;
import dev.capstan.bench.capstan.CountThousand;

import java.nio.file.Path;
import java.util.List;

/** Our side: this JVM's class path again, with the flags that the command gives. */
public final class CapstanJvm {
    private CapstanJvm() {}

    public static Side side() {
        return new Side(
                "capstan",
                Path.of(System.getProperty("java.home"), "bin", "java"),
                List.of("-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED"),
                List.of("-XX:+UseParallelGC"),
                System.getProperty("java.class.path"),
                CapstanSide.class.getName(),
                CountThousand.class.getName());
    }
}

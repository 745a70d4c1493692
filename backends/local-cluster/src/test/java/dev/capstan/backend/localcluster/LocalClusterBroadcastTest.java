package dev.capstan.backend.localcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.backend.contract.Rendezvous;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextDefaults;
import dev.capstan.driver.runtime.DriverRuntime;
import dev.capstan.driver.runtime.DriverSettings;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigTable;
import dev.capstan.kernel.serialization.SerializationSettings;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Executors give pieces of broadcast values to each other. */
@Tag("process")
@Timeout(180)
class LocalClusterBroadcastTest {
    private static final int EXECUTORS = 4;
    private static final int BYTES = 16 << 20;

    @TempDir private Path meetings;

    private final DriverSettings settings = settings();
    private final DriverRuntime driver = DriverRuntime.start(settings, new LocalClusterFactory());

    private static DriverSettings settings() {
        Config config =
                Config.builder(ConfigTable.load())
                        .set("capstan.master", "local-cluster[" + EXECUTORS + ",1,96]", "test")
                        .set("capstan.console.progress", "false", "test")
                        .build();
        ClassLoader loader = LocalClusterBroadcastTest.class.getClassLoader();
        return new DriverSettings(SerializationSettings.from(config::text, loader), loader, config);
    }

    private CapstanContext context() {
        return new CapstanContext(
                driver,
                new ContextDefaults(
                        4,
                        settings.serializer(),
                        getClass().getClassLoader(),
                        settings.lineageLimit(),
                        settings.mostFileBytes()));
    }

    @Test
    void ofSixteenMegabytesForFourExecutorsEachPieceLeavesTheDriverOnce() {
        try (CapstanContext context = context()) {
            byte[] noise = new byte[BYTES];
            new Random(5).nextBytes(noise);
            Broadcast<byte[]> value = context.broadcast(noise);
            var rendezvous = Rendezvous.in(meetings, EXECUTORS);
            List<Long> readers =
                    context.range(0, EXECUTORS, 1, EXECUTORS)
                            .map(_ -> {
                                rendezvous.await(); // all are there before the first one reads
                                return value.value().length == BYTES ? ProcessHandle.current().pid() : -1;
                            })
                            .collect();
            assertThat(new TreeSet<>(readers)).as("executors that have read it").hasSize(EXECUTORS).doesNotContain(-1L);
            assertThat(driver.broadcasts().bytesGiven())
                    .as("bytes that have left the driver; a piece has 4 MB")
                    .isBetween((long) BYTES, BYTES + 200_000L);
        }
    }
}

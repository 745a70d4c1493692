package dev.capstan.backend.localcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextDefaults;
import dev.capstan.driver.runtime.DriverRuntime;
import dev.capstan.driver.runtime.DriverSettings;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigTable;
import dev.capstan.kernel.serialization.SerializationSettings;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Executors give pieces of broadcast values to each other. */
@Tag("process")
@Timeout(180)
class LocalClusterBroadcastTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int BYTES = 16 << 20;

    private final DriverSettings settings = settings();
    private final DriverRuntime driver = DriverRuntime.start(settings, new LocalClusterFactory());

    private static DriverSettings settings() {
        Config config =
                Config.builder(ConfigTable.load())
                        .set("capstan.master", "local-cluster[4,1,96]", "test")
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

    private static List<Long> processes(CapstanContext context) {
        return context.range(0, 8, 1, 8)
                .map(_ -> {
                    Thread.sleep(50); // so that none does two while another has none
                    return ProcessHandle.current().pid();
                })
                .collect();
    }

    @Test
    void ofSixteenMegabytesForFourExecutorsEachPieceLeavesTheDriverOnce() {
        try (CapstanContext context = context()) {
            assertThat(Await.until(() -> new TreeSet<>(processes(context)).size() == 4, BOUND)).isTrue();
            byte[] noise = new byte[BYTES];
            new Random(5).nextBytes(noise);
            Broadcast<byte[]> value = context.broadcast(noise);
            List<Long> readers =
                    context.range(0, 8, 1, 8)
                            .map(_ -> {
                                Thread.sleep(50); // as above
                                return value.value().length == BYTES ? ProcessHandle.current().pid() : -1;
                            })
                            .collect();
            assertThat(new TreeSet<>(readers)).as("executors that have read it").hasSize(4).doesNotContain(-1L);
            assertThat(driver.broadcasts().bytesGiven())
                    .as("bytes that have left the driver; a piece has 4 MB")
                    .isBetween((long) BYTES, BYTES + 200_000L);
        }
    }
}

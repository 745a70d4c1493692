package dev.capstan.backend.localcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.GarbageCollectionNotificationInfo;

import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Random;

import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

@Tag("process")
class LocalClusterTidyTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int JOBS = 10;
    private static final long ROWS = 20_000;
    private static final int ROW_BYTES = 1_000;

    /** Of the ten jobs' 200 MB. */
    private static final long LITTLE = 60 << 20;

    @Test
    void executorsLetGoOfFinishedShufflesThoughTheDriversHeapHasRoom() {
        var collections = new AskedCollections();
        try (var context =
                CapstanContext.builder()
                        .master("local-cluster[1,1,512]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.driver.tidyAfter", "8m")
                        .create()) {
            for (int i = 0; i < JOBS; i++) {
                shuffle(context);
            }
            assertThat(Await.until(() -> heldByTheExecutor(context) < LITTLE, BOUND)).isTrue();
            assertThat(collections.any).as("the driver's heap was not merely full").isTrue();
        }
    }

    /** Hears of collections in this process that somebody has asked for. */
    private static final class AskedCollections {
        volatile boolean any;

        AskedCollections() {
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                ((NotificationEmitter) collector).addNotificationListener((told, _) -> hear(told), null, null);
            }
        }

        private void hear(Notification told) {
            var collection = GarbageCollectionNotificationInfo.from((CompositeData) told.getUserData());
            any |= collection.getGcCause().equals("System.gc()");
        }
    }

    private static void shuffle(CapstanContext context) {
        long rows =
                context.range(0, ROWS, 1, 2)
                        .mapToPair(number -> Pair.of(number, bytes(number)))
                        .partitionBy(new HashPartitioner(2))
                        .count();
        assertThat(rows).isEqualTo(ROWS);
    }

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[ROW_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static long heldByTheExecutor(CapstanContext context) {
        return context.range(0, 1, 1, 1)
                .map(_ -> {
                    System.gc();
                    Runtime runtime = Runtime.getRuntime();
                    return runtime.totalMemory() - runtime.freeMemory();
                })
                .reduce(Long::sum);
    }
}

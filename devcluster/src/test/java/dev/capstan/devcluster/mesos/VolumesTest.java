package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A persistent volume with real files in it. */
@Tag("process")
@Timeout(60)
class VolumesTest {
    private static final String RESERVED =
            "\"allocation_info\":{\"role\":\"dev\"},\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"dev\"}]}";
    private static final String DISK = "{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":64}," + RESERVED;
    private static final String VOLUME =
            "{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":64},\"disk\":{\"persistence\":{\"id\":\"v\"},"
                    + "\"volume\":{\"mode\":\"RW\",\"container_path\":\"kept/here\"}},"
                    + RESERVED;

    private static String launch(Map<String, @Nullable Object> offer, String task, String command) {
        return FrameworkClient.launching(
                FrameworkClient.task(
                        offer, task, FrameworkClient.command(command), FrameworkClient.LITTLE + "," + VOLUME));
    }

    private static boolean holdsVolume(Map<String, @Nullable Object> offer) {
        return offer.get("resources") instanceof List<?> all
                && all.stream().anyMatch(each -> String.valueOf(each).contains("persistence={id=v"));
    }

    /** The next offer with the volume; others are given back. */
    private static Map<String, @Nullable Object> offerOfVolume(FrameworkClient framework) throws IOException {
        while (true) {
            var event = framework.next("OFFERS");
            for (Object each : (List<?>) Json.object(event, "offers").getOrDefault("offers", List.of())) {
                Map<String, @Nullable Object> offer = Json.object(Map.of("it", each), "it");
                if (holdsVolume(offer)) {
                    return offer;
                }
                framework.accept(offer, "");
            }
        }
    }

    @Test
    void aVolumeKeepsItsFilesFromTaskToTaskAndThroughARestartOfTheAgentUntilItIsDestroyed() throws IOException {
        var spec = ClusterSpec.agents(1, 2, 1024).withAllocationInterval(Duration.ofMillis(50));
        try (var cluster = MesosDevCluster.start(spec);
                var framework =
                        FrameworkClient.subscribe(
                                cluster.masterAddress(), ",\"failover_timeout\":100,\"checkpoint\":true")) {
            var offer = framework.offer();
            framework.accept(
                    offer,
                    "{\"type\":\"RESERVE\",\"reserve\":{\"resources\":["
                            + DISK
                            + "]}},{\"type\":\"CREATE\",\"id\":{\"value\":\"make\"},\"create\":{\"volumes\":["
                            + VOLUME
                            + "]}},"
                            + launch(offer, "writer", "echo kept > kept/here/file"));
            framework.call("SUPPRESS", ""); // so that the volume is not offered before the agent is killed
            assertThat(framework.next("UPDATE_OPERATION_STATUS").toString()).contains("OPERATION_FINISHED");
            framework.acknowledged("writer", "TASK_FINISHED");
            cluster.killAgent(0);
            cluster.restartAgent(0);
            framework.call("REVIVE", "");
            var again = offerOfVolume(framework);
            framework.accept(again, launch(again, "reader", "grep -q kept kept/here/file"));
            framework.acknowledged("reader", "TASK_FINISHED");
            Path volume = volume(cluster);
            assertThat(volume.resolve("file")).hasContent("kept");
            framework.accept(
                    offerOfVolume(framework), "{\"type\":\"DESTROY\",\"destroy\":{\"volumes\":[" + VOLUME + "]}}");
            assertThat(Await.until(() -> !Files.exists(volume), Duration.ofSeconds(10))).isTrue();
        }
    }

    private static Path volume(MesosDevCluster cluster) throws IOException {
        try (Stream<Path> files = Files.walk(cluster.directory())) {
            return files.filter(each -> each.endsWith("volumes/roles/dev/v")).findFirst().orElseThrow();
        }
    }
}

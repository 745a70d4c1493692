package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.wire.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** Commands as tasks, from the offer to the last update. */
@Tag("process")
class CommandTaskTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 4096).withAllocationInterval(Duration.ofMillis(50));

    @Test
    void aCommandRunsAndItsResourcesComeBack() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "echo hello; echo bad >&2");
            framework.acknowledged("t1", "TASK_STARTING");
            framework.acknowledged("t1", "TASK_RUNNING");
            var finished = framework.acknowledged("t1", "TASK_FINISHED");
            assertThat(finished)
                    .containsEntry("message", "Command exited with status 0")
                    .containsEntry("source", "SOURCE_EXECUTOR");
            // alone, where the rest was offered before; else with the rest
            framework.next(event -> offersCpus(event, "0.1") || offersCpus(event, "2.0"));
            assertThat(sandboxFile(cluster, "stdout")).hasContent("hello");
            assertThat(sandboxFile(cluster, "stderr")).hasContent("bad");
        }
    }

    private static boolean offersCpus(Map<String, @Nullable Object> event, String amount) {
        return "OFFERS".equals(event.get("type"))
                && event.toString().contains("name=cpus, type=SCALAR, scalar={value=" + amount + "}");
    }

    private static Path sandboxFile(MesosDevCluster cluster, String name) throws IOException {
        try (Stream<Path> files = Files.walk(cluster.directory())) {
            return files.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
        }
    }

    @Test
    void anExitCodeIsAFailureWithTheCode() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "exit 3");
            framework.acknowledged("t1", "TASK_STARTING");
            framework.acknowledged("t1", "TASK_RUNNING");
            var failed = framework.status("t1", "TASK_FAILED");
            assertThat(Json.text(failed, "message")).isEqualTo("Command exited with status 3");
        }
    }
}

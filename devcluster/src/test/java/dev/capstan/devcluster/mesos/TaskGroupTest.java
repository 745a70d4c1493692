package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tasks that are launched together under the executor that every agent has, with real processes. */
@Tag("process")
@Timeout(60)
class TaskGroupTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 1_024).withAllocationInterval(Duration.ofMillis(50));

    private static String task(Map<String, @Nullable Object> offer, String id, String command) {
        return FrameworkClient.task(offer, id, FrameworkClient.command(command), FrameworkClient.LITTLE);
    }

    private static void launch(FrameworkClient framework, Map<String, @Nullable Object> offer, String... tasks)
            throws IOException {
        launch(framework, offer, FrameworkClient.LITTLE + "," + FrameworkClient.scalar("disk", 32), List.of(tasks));
    }

    private static void launch(
            FrameworkClient framework, Map<String, @Nullable Object> offer, String ofExecutor, List<String> tasks)
            throws IOException {
        framework.accept(
                offer,
                "{\"type\":\"LAUNCH_GROUP\",\"launch_group\":{\"executor\":{"
                        + "\"type\":\"DEFAULT\",\"executor_id\":{\"value\":\"group\"},\"resources\":["
                        + ofExecutor
                        + "]},\"task_group\":{\"tasks\":["
                        + String.join(",", tasks)
                        + "]}}}");
    }

    /** Acknowledges all updates until each of these tasks has come to its state; the last update of each. */
    private static Map<String, Map<String, @Nullable Object>> awaitAll(
            FrameworkClient framework, Map<String, String> states) throws IOException {
        Map<String, Map<String, @Nullable Object>> last = new TreeMap<>();
        while (!states.entrySet().stream()
                .allMatch(each -> each.getValue().equals(last.getOrDefault(each.getKey(), Map.of()).get("state")))) {
            var status = Json.object(Json.object(framework.next("UPDATE"), "update"), "status");
            last.put(FrameworkClient.value(status, "task_id"), status);
            framework.acknowledge(status);
        }
        return last;
    }

    @Test
    void anExecutorWithoutDiskIsRefusedAsByARealMaster() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            launch(framework, offer, FrameworkClient.LITTLE, List.of(task(offer, "a", "true")));
            var last = awaitAll(framework, Map.of("a", "TASK_ERROR"));
            assertThat(last.getOrDefault("a", Map.of()))
                    .containsEntry("reason", "REASON_TASK_GROUP_INVALID")
                    .containsEntry("message", "Executor 'group' uses no disk");
        }
    }

    @Test
    void tasksOfAGroupRunEachInItsProcessUnderOneExecutor() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            launch(framework, offer, task(offer, "a", "true"), task(offer, "b", "true"));
            var last = awaitAll(framework, Map.of("a", "TASK_FINISHED"));
            Map<String, @Nullable Object> ofA = last.getOrDefault("a", Map.of());
            assertThat(FrameworkClient.value(ofA, "executor_id")).isEqualTo("group");
            assertThat(ofA.toString()).as("its container is within another").contains("parent=");
            assertThat(Await.until(() -> hasEnded(framework), Duration.ofSeconds(20)))
                    .as("the executor has nothing to do any more, and ends")
                    .isTrue();
        }
    }

    private static boolean hasEnded(FrameworkClient framework) {
        return framework.stream().events().stream()
                .map(event -> Json.object(event, "failure"))
                .anyMatch(failure ->
                        "group".equals(FrameworkClient.value(failure, "executor_id"))
                                && Json.number(failure, "status") == 0);
    }

    @Test
    void whenOneOfAGroupFailsTheOthersAreKilled() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            launch(framework, offer, task(offer, "bad", "sleep 0.5; exit 3"), task(offer, "good", "sleep 100"));
            awaitAll(framework, Map.of("bad", "TASK_FAILED", "good", "TASK_KILLED"));
        }
    }

    @Test
    void aKillOfOneTaskEndsItsGroupAndNoOther() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            launch(framework, offer, task(offer, "a", "sleep 100"), task(offer, "b", "sleep 100"));
            var rest = framework.offer();
            launch(framework, rest, task(rest, "c", "sleep 1"));
            awaitAll(framework, Map.of("c", "TASK_RUNNING"));
            framework.call("KILL", ",\"kill\":{\"task_id\":{\"value\":\"a\"}}");
            awaitAll(framework, Map.of("a", "TASK_KILLED", "b", "TASK_KILLED", "c", "TASK_FINISHED"));
        }
    }

    @Test
    void oneInvalidTaskIsEnoughForNoneToRun() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            launch(framework, offer, task(offer, "fine", "true"), task(offer, "..", "true"));
            for (String each : new String[] {"fine", ".."}) {
                var status = framework.status(each, "TASK_ERROR");
                assertThat(Json.text(status, "reason")).isEqualTo("REASON_TASK_GROUP_INVALID");
                assertThat(Json.text(status, "message")).startsWith("Task '..' is invalid: ");
            }
        }
    }
}

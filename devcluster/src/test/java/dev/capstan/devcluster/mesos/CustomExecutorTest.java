package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.agent.ExecutorSettings;
import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An executor of a framework's own; its process is real, and this test speaks for it. */
@Tag("process")
class CustomExecutorTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 4096).withAllocationInterval(Duration.ofMillis(50));
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String UUID = "R6RKgVqEQZi6VAo7iJkapw==";

    private static String executor(String command) {
        return "\"executor\":{\"type\":\"CUSTOM\",\"executor_id\":{\"value\":\"e1\"},\"resources\":["
                + FrameworkClient.scalar("mem", 64)
                + "],\"command\":{\"shell\":true,\"value\":\""
                + command
                + "\"}}";
    }

    @Test
    void anExecutorIsGivenTasksAndTellsOfThemAndItsEndIsToldFirst() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launchWith(framework.offer(), "t1", executor("env > environment; sleep 1; exit 3"));
            var environment = environment(cluster);
            assertThat(environment)
                    .containsEntry("MESOS_EXECUTOR_ID", "e1")
                    .containsEntry("MESOS_FRAMEWORK_ID", framework.id())
                    .containsEntry("MESOS_CHECKPOINT", "0")
                    .containsEntry("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "5secs")
                    .doesNotContainKeys("HOME", "JAVA_HOME", "MESOS_RECOVERY_TIMEOUT");
            String agent = environment.getOrDefault("MESOS_AGENT_ENDPOINT", "");
            try (var stream = new RawHttp(agent)) {
                var answer =
                        stream.send(
                                "POST",
                                "/api/v1/executor",
                                FrameworkClient.json(),
                                call(framework, "\"type\":\"SUBSCRIBE\",\"subscribe\":{}"));
                assertThat(answer.status()).isEqualTo(200);
                event(stream, "SUBSCRIBED");
                var launch = Json.object(event(stream, "LAUNCH"), "launch");
                assertThat(FrameworkClient.value(Json.object(launch, "task"), "task_id")).isEqualTo("t1");
                String update =
                        "\"type\":\"UPDATE\",\"update\":{\"status\":{\"task_id\":{\"value\":\"t1\"},"
                                + "\"state\":\"TASK_RUNNING\",\"source\":\"SOURCE_EXECUTOR\",\"uuid\":\""
                                + UUID
                                + "\"}}";
                try (var calls = new RawHttp(agent)) {
                    assertThat(
                                    calls.send(
                                                    "POST",
                                                    "/api/v1/executor",
                                                    FrameworkClient.json(),
                                                    call(framework, update))
                                            .status())
                            .isEqualTo(202);
                }
                assertThat(Json.text(Json.object(event(stream, "ACKNOWLEDGED"), "acknowledged"), "uuid"))
                        .isEqualTo(UUID);
                assertThat(framework.acknowledged("t1", "TASK_RUNNING")).containsEntry("uuid", UUID);
                var failure = Json.object(framework.next("FAILURE"), "failure");
                assertThat(Json.number(failure, "status")).isEqualTo(768);
                assertThat(framework.acknowledged("t1", "TASK_FAILED"))
                        .containsEntry("reason", "REASON_EXECUTOR_TERMINATED")
                        .containsEntry("message", "Executor terminated");
            }
        }
    }

    @Test
    void aGroupIsGivenToAnExecutorOfAFrameworksOwnAllAtOnce() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            launchGroup(framework, "g1", "g2");
            String agent = environment(cluster).getOrDefault("MESOS_AGENT_ENDPOINT", "");
            try (var stream = new RawHttp(agent)) {
                subscribe(stream, framework);
                assertThat(event(stream, "LAUNCH_GROUP").toString())
                        .contains("task_id={value=g1}", "task_id={value=g2}");
                assertThat(stream.events()).noneMatch(each -> "LAUNCH".equals(each.get("type")));
            }
        }
    }

    @Test
    void aGroupOfWhichATaskIsKilledBeforeItsExecutorIsThereIsNotGivenToIt() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            launchGroup(framework, "g1", "g2");
            String agent = environment(cluster).getOrDefault("MESOS_AGENT_ENDPOINT", "");
            framework.call("KILL", ",\"kill\":{\"task_id\":{\"value\":\"g2\"}}");
            for (String task : List.of("g1", "g2")) {
                assertThat(framework.acknowledged(task, "TASK_KILLED"))
                        .containsEntry("reason", "REASON_TASK_KILLED_DURING_LAUNCH");
            }
            try (var stream = new RawHttp(agent)) {
                subscribe(stream, framework);
                assertThat(event(stream, "SHUTDOWN")).isNotEmpty();
                assertThat(stream.events()).noneMatch(each -> "LAUNCH_GROUP".equals(each.get("type")));
            }
        }
    }

    private static void subscribe(RawHttp stream, FrameworkClient framework) throws IOException {
        var answer =
                stream.send(
                        "POST",
                        "/api/v1/executor",
                        FrameworkClient.json(),
                        call(framework, "\"type\":\"SUBSCRIBE\",\"subscribe\":{}"));
        assertThat(answer.status()).isEqualTo(200);
    }

    private static void launchGroup(FrameworkClient framework, String... ids) throws IOException {
        var offer = framework.offer();
        String agent = FrameworkClient.value(offer, "agent_id");
        String cpus = FrameworkClient.scalar("cpus", 0.1);
        String tasks =
                Stream.of(ids)
                        .map(id ->
                                "{\"name\":\"x\",\"task_id\":{\"value\":\""
                                        + id
                                        + "\"},\"agent_id\":{\"value\":\""
                                        + agent
                                        + "\"},\"resources\":["
                                        + cpus
                                        + "]}")
                        .collect(Collectors.joining(","));
        String own =
                executor("env > environment; sleep 1000")
                        .replace("[", "[" + cpus + "," + FrameworkClient.scalar("disk", 1) + ",");
        var answer =
                framework.call(
                        "ACCEPT",
                        ",\"accept\":{\"offer_ids\":[{\"value\":\""
                                + FrameworkClient.value(offer, "id")
                                + "\"}],\"operations\":[{\"type\":\"LAUNCH_GROUP\",\"launch_group\":{"
                                + own
                                + ",\"task_group\":{\"tasks\":["
                                + tasks
                                + "]}}}]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    }

    @Test
    void anExecutorThatDoesNotSubscribeInTimeIsEnded() throws IOException {
        try (var cluster =
                        MesosDevCluster.start(
                                SPEC.withExecutors(
                                        ExecutorSettings.defaults().withRegistrationTimeout(Duration.ofMillis(300))));
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launchWith(framework.offer(), "t1", executor("sleep 1000"));
            assertThat(Json.number(Json.object(framework.next("FAILURE"), "failure"), "status")).isEqualTo(9);
            assertThat(framework.acknowledged("t1", "TASK_FAILED"))
                    .containsEntry("reason", "REASON_EXECUTOR_REGISTRATION_TIMEOUT")
                    .containsEntry("message", "Executor did not register within 300ms");
        }
    }

    private static byte[] call(FrameworkClient framework, String rest) {
        return ("{\"framework_id\":{\"value\":\""
                        + framework.id()
                        + "\"},\"executor_id\":{\"value\":\"e1\"},"
                        + rest
                        + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, @Nullable Object> event(RawHttp stream, String type) {
        assertThat(Await.until(() -> stream.events().stream().anyMatch(each -> type.equals(each.get("type"))), BOUND))
                .isTrue();
        return stream.events().stream().filter(each -> type.equals(each.get("type"))).findFirst().orElseThrow();
    }

    private static Map<String, String> environment(MesosDevCluster cluster) throws IOException {
        assertThat(Await.until(() -> text(cluster).contains("PWD="), BOUND)).isTrue();
        Map<String, String> environment = new LinkedHashMap<>();
        for (String line : text(cluster).lines().toList()) {
            String[] parts = line.split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return environment;
    }

    private static String text(MesosDevCluster cluster) {
        try (Stream<Path> files = Files.walk(cluster.directory())) {
            var file = files.filter(each -> each.endsWith("environment")).findFirst();
            return file.isEmpty() ? "" : Files.readString(file.get());
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }
}

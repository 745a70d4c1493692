package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.operator.OperatorClient;
import dev.capstan.mesos.operator.OperatorEvents;
import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Event;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What operators see besides the answers to their calls: events, the state in the form of old, and files. */
@Tag("process")
@Timeout(60)
class OperatorViewsTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 1_024).withAllocationInterval(Duration.ofMillis(50));
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String REQUEST =
            "POST /api/v1 HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
                    + "Content-Length: 20\r\n\r\n{\"type\":\"SUBSCRIBE\"}";

    @Test
    void theClientOfOperatorsHearsTheLifeOfATask() throws IOException, InterruptedException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var client = new OperatorClient(MasterPlace.parse(cluster.masterAddress()), MasterAccess.OPEN);
                OperatorEvents events = client.subscribe()) {
            List<Event.Type> heard = new ArrayList<>();
            heard.add(events.next().orElseThrow().getType());
            try (var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
                framework.launch(framework.offer(), "t1", "true");
                framework.acknowledged("t1", "TASK_FINISHED");
            }
            while (heard.getLast() != Event.Type.FRAMEWORK_REMOVED) {
                Event.Type type = events.next().orElseThrow().getType();
                if (type != Event.Type.HEARTBEAT && type != Event.Type.AGENT_ADDED) {
                    heard.add(type);
                }
            }
            assertThat(heard)
                    .containsExactly(
                            Event.Type.SUBSCRIBED,
                            Event.Type.FRAMEWORK_ADDED,
                            Event.Type.TASK_ADDED,
                            Event.Type.TASK_UPDATED,
                            Event.Type.TASK_UPDATED,
                            Event.Type.TASK_UPDATED,
                            Event.Type.FRAMEWORK_REMOVED);
        }
    }

    @Test
    void aListenerThatReadsNothingIsCutAndOthersGoOn() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var idle = new Socket("127.0.0.1", port(cluster));
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            idle.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            String filler = "x".repeat(8 << 20);
            for (int i = 0; i < 16; i++) {
                assertThat(rename(framework, i + filler).status()).isEqualTo(200);
            }
            assertThat(drained(idle)).as("bytes that the reader gets in the end").isLessThan(100L << 20);
            assertThat(rename(framework, "short").status()).isEqualTo(200);
        }
    }

    private static int port(MesosDevCluster cluster) {
        return Integer.parseInt(cluster.masterAddress().split(":", 2)[1]);
    }

    /** How much comes until the connection ends. */
    private static long drained(Socket socket) throws IOException {
        socket.setSoTimeout((int) BOUND.toMillis());
        byte[] buffer = new byte[1 << 16];
        long sum = 0;
        try {
            for (int got = 0; got >= 0; got = socket.getInputStream().read(buffer)) {
                sum += got;
            }
        } catch (SocketException _) {
            return sum; // reset, since the other end had more to say
        }
        return sum;
    }

    private static RawHttp.Answer rename(FrameworkClient framework, String name) throws IOException {
        return framework.call(
                "UPDATE_FRAMEWORK",
                ",\"update_framework\":{\"framework_info\":{\"user\":\"root\",\"name\":\""
                        + name
                        + "\",\"roles\":[\"dev\"],\"id\":{\"value\":\""
                        + framework.id()
                        + "\"},\"capabilities\":"
                        + FrameworkClient.ALL_CAPABILITIES
                        + "}}");
    }

    @Test
    void theStateOfOldNamesLeaderAgentsFrameworksAndTasks() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "sleep 100");
            framework.acknowledged("t1", "TASK_RUNNING");
            for (String path : List.of("/state", "/master/state")) {
                Map<String, @Nullable Object> state = get(cluster.masterAddress(), path);
                assertThat(state).containsEntry("version", "1.12.0").containsEntry("hostname", "127.0.0.1");
                assertThat(Json.text(state, "leader")).isEqualTo("master@" + cluster.masterAddress());
                assertThat(Json.number(state, "activated_slaves")).isEqualTo(1);
                Map<String, @Nullable Object> agent = FrameworkClient.first(state, "slaves");
                assertThat(Json.object(agent, "resources").toString()).contains("cpus=2.0").contains("[31000-32000]");
                assertThat(Json.object(agent, "used_resources").toString()).contains("cpus=0.1");
                Map<String, @Nullable Object> shown = FrameworkClient.first(state, "frameworks");
                assertThat(Json.text(shown, "id")).isEqualTo(framework.id());
                Map<String, @Nullable Object> task = FrameworkClient.first(shown, "tasks");
                assertThat(task).containsEntry("id", "t1").containsEntry("state", "TASK_RUNNING");
            }
        }
    }

    private static Map<String, @Nullable Object> get(String authority, String path) throws IOException {
        try (var http = new RawHttp(authority)) {
            var answer = http.send("GET", path, Map.of(), new byte[0]);
            assertThat(answer.status()).isEqualTo(200);
            return answer.json();
        }
    }

    @Test
    void aMasterTellsItsFlags() throws IOException, InterruptedException {
        try (var cluster = MesosDevCluster.prepare(SPEC);
                var client = new OperatorClient(MasterPlace.parse(cluster.masterAddress()), MasterAccess.OPEN)) {
            assertThat(client.get(Call.Type.GET_FLAGS).getGetFlags().getFlagsList())
                    .anyMatch(each -> each.getName().equals("allocation_interval") && each.getValue().equals("50ms"));
        }
    }

    @Test
    void filesOfASandboxAreListedAndReadAndOthersAreNotThere() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "echo 0123456789; ln -s /etc outside");
            framework.acknowledged("t1", "TASK_FINISHED");
            Path stdout = file(cluster);
            String agent = cluster.agentAddress(0);
            var read = ask(agent, "READ_FILE", "\"path\":\"" + stdout + "\",\"offset\":3,\"length\":4");
            assertThat(read.status()).as(read.text()).isEqualTo(200);
            Map<String, @Nullable Object> file = Json.object(read.json(), "read_file");
            assertThat(Json.number(file, "size")).isEqualTo(11);
            assertThat(new String(Base64.getDecoder().decode(Json.text(file, "data")), StandardCharsets.UTF_8))
                    .isEqualTo("3456");
            var listed = ask(agent, "LIST_FILES", "\"path\":\"" + stdout.getParent() + "\"");
            assertThat(listed.text()).contains("stdout").contains("stderr");
            for (String path : List.of("/etc/passwd", stdout.resolveSibling("outside/passwd") + "", "/nowhere")) {
                assertThat(ask(agent, "READ_FILE", "\"path\":\"" + path + "\",\"offset\":0").status())
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void filesAreShownToThoseOnlyWhoHaveCredentialsWhereTheClusterAsksForThem() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC.withCredentials(Map.of("good", "secret")))) {
            String agent = cluster.agentAddress(0);
            String list = "\"path\":\"" + cluster.directory() + "/agent1\"";
            RawHttp.Answer refused = ask(agent, "LIST_FILES", list);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.text()).contains("401 Unauthorized.");
            assertThat(ask(agent, "LIST_FILES", list, basic("good", "wrong")).status()).isEqualTo(401);
            assertThat(ask(agent, "READ_FILE", list + ",\"offset\":0").status()).isEqualTo(401);
            assertThat(ask(agent, "LIST_FILES", list, basic("good", "secret")).status())
                    .as("there is none, but it was looked for")
                    .isEqualTo(404);
            assertThat(ask(agent, "GET_HEALTH", "", basic("good", "secret")).status()).isEqualTo(200);
        }
    }

    private static Map<String, String> basic(String principal, String secret) {
        byte[] both = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
    }

    private static RawHttp.Answer ask(String agent, String type, String rest) throws IOException {
        return ask(agent, type, rest, Map.of());
    }

    private static RawHttp.Answer ask(String agent, String type, String rest, Map<String, String> more)
            throws IOException {
        Map<String, String> headers = new LinkedHashMap<>(FrameworkClient.json());
        headers.putAll(more);
        String field = type.toLowerCase(Locale.ROOT);
        return RawHttp.post(agent, "/api/v1", headers, "{\"type\":\"" + type + "\",\"" + field + "\":{" + rest + "}}");
    }

    private static Path file(MesosDevCluster cluster) throws IOException {
        List<Path> found = new ArrayList<>();
        assertThat(Await.until(() -> found.addAll(written(cluster)), BOUND)).isTrue();
        return found.getFirst();
    }

    private static List<Path> written(MesosDevCluster cluster) {
        try (Stream<Path> files = Files.walk(cluster.directory())) {
            return files.filter(each -> each.endsWith("stdout")).toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}

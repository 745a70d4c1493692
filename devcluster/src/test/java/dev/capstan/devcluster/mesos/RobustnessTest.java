package dev.capstan.devcluster.mesos;

import static dev.capstan.devcluster.mesos.FrameworkClient.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.agent.ExecutorSettings;
import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Processes that must end, agents and masters that come back, and what is told of it. */
@Tag("process")
class RobustnessTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 4096)
                    .withAllocationInterval(Duration.ofMillis(50))
                    .withExecutors(ExecutorSettings.defaults().withReregistrationTimeout(Duration.ofMillis(200)));
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** Prints the number of a process that a task has started, and waits. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            var cluster = MesosDevCluster.start(SPEC);
            var framework = FrameworkClient.subscribe(cluster.masterAddress(), "");
            framework.launch(
                    framework.offer(),
                    "t1",
                    "setsid sh -c 'sleep 1000 & echo $! > far; wait' & sleep 1000 & "
                            + "while [ ! -s far ]; do sleep 0.01; done; echo $! > pid; wait");
            framework.launchWith(
                    framework.offer(),
                    "t2",
                    "\"executor\":{\"executor_id\":{\"value\":\"e\"},\"command\":{\"value\":"
                            + "\"sleep 1000 & echo $! > of-executor; wait\"}}");
            framework.status("t1", "TASK_STARTING");
            System.out.println(pid(cluster));
            System.out.println(Files.readString(file(cluster, "far")).strip());
            System.out.println(number(cluster, "of-executor"));
            System.out.println(cluster.directory());
            System.out.flush();
            Thread.sleep(Duration.ofMinutes(5));
        }
    }

    private static long pid(MesosDevCluster cluster) throws IOException {
        return number(cluster, "pid");
    }

    private static long number(MesosDevCluster cluster, String name) throws IOException {
        assertThat(Await.until(() -> isWritten(cluster, name), BOUND)).isTrue();
        return Long.parseLong(Files.readString(file(cluster, name)).strip());
    }

    private static boolean isWritten(MesosDevCluster cluster, String name) {
        try {
            return Files.size(file(cluster, name)) > 1;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static Path file(MesosDevCluster cluster, String name) throws IOException {
        try (Stream<Path> files = Files.walk(cluster.directory())) {
            return files.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
        }
    }

    /** Ended; whether its parent has taken notice is another matter. */
    private static boolean isGone(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true; // no such process
        }
    }

    @Test
    void whatATaskHasStartedEndsWhenTheClusterIsKilledOutright() throws IOException {
        Process victim =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Dcom.google.protobuf.use_unsafe_pre22_gencode=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var told = victim.inputReader()) {
            long pid = Long.parseLong(told.readLine());
            long farAway = Long.parseLong(told.readLine());
            long ofExecutor = Long.parseLong(told.readLine());
            Path files = Path.of(told.readLine());
            assertThat(isGone(pid)).isFalse();
            assertThat(isGone(farAway)).isFalse();
            assertThat(isGone(ofExecutor)).isFalse();
            victim.destroyForcibly();
            assertThat(Await.until(() -> isGone(pid), BOUND)).isTrue();
            assertThat(Await.until(() -> isGone(ofExecutor), BOUND)).isTrue();
            assertThat(Await.until(() -> isGone(farAway), BOUND)).as("what had left its session").isTrue();
            assertThat(files).exists();
            MesosDevCluster.prepare(SPEC).close();
            assertThat(files).as("what a cluster that was killed has left").doesNotExist();
        } finally {
            victim.destroyForcibly();
        }
    }

    @Test
    void whatATaskHasStartedEndsWithTheTask() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "sleep 1000 & echo $! > pid");
            framework.acknowledged("t1", "TASK_STARTING");
            framework.acknowledged("t1", "TASK_RUNNING");
            framework.acknowledged("t1", "TASK_FINISHED");
            long pid = pid(cluster);
            assertThat(Await.until(() -> isGone(pid), BOUND)).isTrue();
        }
    }

    @Test
    void aClosedClusterHasNoProcesses() throws IOException {
        long pid;
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "trap '' TERM; echo $$ > pid; while true; do sleep 1; done");
            framework.status("t1", "TASK_STARTING");
            pid = pid(cluster);
        }
        assertThat(Await.until(() -> isGone(pid), BOUND)).isTrue();
    }

    @Test
    void aTaskThatCheckpointsLivesThroughTheRestartOfItsAgent() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), ",\"checkpoint\":true")) {
            framework.launch(framework.offer(), "t1", "sleep 1000");
            framework.acknowledged("t1", "TASK_STARTING");
            framework.acknowledged("t1", "TASK_RUNNING");
            framework.awaitOffers(2); // the second is of the rest, and is rescinded
            cluster.killAgent(0);
            framework.next("RESCIND");
            cluster.restartAgent(0);
            String agent = FrameworkClient.value(framework.offer(), "agent_id");
            framework.call(
                    "KILL", ",\"kill\":{\"task_id\":{\"value\":\"t1\"},\"agent_id\":{\"value\":\"" + agent + "\"}}");
            framework.acknowledged("t1", "TASK_KILLING");
            framework.acknowledged("t1", "TASK_KILLED");
        }
    }

    @Test
    void aTaskThatDoesNotCheckpointIsLostWithItsAgent() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "echo $$ > pid; exec sleep 1000");
            framework.acknowledged("t1", "TASK_STARTING");
            framework.acknowledged("t1", "TASK_RUNNING");
            long pid = pid(cluster);
            cluster.killAgent(0);
            assertThat(framework.status("t1", "TASK_LOST"))
                    .containsEntry("reason", "REASON_AGENT_DISCONNECTED")
                    .doesNotContainKey("uuid");
            cluster.restartAgent(0);
            assertThat(Await.until(() -> isGone(pid), BOUND)).isTrue();
        }
    }

    @Test
    void aSilentAgentIsUnreachableAndItsTaskComesBackWithIt() throws IOException {
        var spec = SPEC.withMaster(SPEC.master().toBuilder().pings(Duration.ofMillis(50), 3).build());
        try (var cluster = MesosDevCluster.start(spec);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), ",\"checkpoint\":true")) {
            framework.launch(framework.offer(), "t1", "sleep 1000");
            framework.acknowledged("t1", "TASK_STARTING");
            framework.acknowledged("t1", "TASK_RUNNING");
            cluster.partitionAgent(0);
            assertThat(framework.status("t1", "TASK_UNREACHABLE")).containsKey("unreachable_time");
            framework.next("FAILURE");
            cluster.healAgent(0);
            framework.next(event -> event.toString().contains("reason=REASON_AGENT_REREGISTERED"));
        }
    }

    @Test
    void aFrameworkFindsItsTasksAtAMasterThatWasRestarted() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var before =
                        FrameworkClient.subscribe(
                                cluster.masterAddress(), ",\"checkpoint\":true,\"failover_timeout\":100")) {
            before.launch(before.offer(), "t1", "sleep 1000");
            before.acknowledged("t1", "TASK_STARTING");
            before.acknowledged("t1", "TASK_RUNNING");
            cluster.restartMaster();
            assertThat(Await.until(() -> !before.stream().end().isEmpty(), BOUND)).isTrue();
            try (var after =
                    FrameworkClient.subscribeAgain(
                            cluster.masterAddress(), ",\"checkpoint\":true,\"failover_timeout\":100", before.id())) {
                assertThat(after.id()).isEqualTo(before.id());
                after.offer(); // the agent is back
                after.call("RECONCILE", ",\"reconcile\":{\"tasks\":[]}");
                assertThat(after.status("t1", "TASK_RUNNING"))
                        .containsEntry("message", "Reconciliation: Latest task state");
            }
        }
    }

    @Test
    void onlyWhoKnowsTheSecretIsServed() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC.withCredentials(Map.of("good", "secret")))) {
            var refused = RawHttp.post(cluster.masterAddress(), "/api/v1", json(), "{\"type\":\"GET_HEALTH\"}");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).isEqualTo("Basic realm=\"mesos-master-readwrite\"");
            var headers = json();
            headers.put("Authorization", "Basic Z29vZDpzZWNyZXQ=");
            var answer = RawHttp.post(cluster.masterAddress(), "/api/v1", headers, "{\"type\":\"GET_HEALTH\"}");
            assertThat(answer.text()).isEqualTo("{\"type\":\"GET_HEALTH\",\"get_health\":{\"healthy\":true}}");
        }
    }

    @Test
    void anOperatorSeesTasksAgentsAndRolesAndTearsDown() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "sleep 1000");
            framework.acknowledged("t1", "TASK_STARTING");
            var tasks = operator(cluster, "{\"type\":\"GET_TASKS\"}");
            var task = FrameworkClient.first(Json.object(tasks, "get_tasks"), "tasks");
            assertThat(FrameworkClient.value(task, "task_id")).isEqualTo("t1");
            var agents = Json.object(operator(cluster, "{\"type\":\"GET_AGENTS\"}"), "get_agents");
            assertThat((List<?>) agents.get("agents")).hasSize(1);
            var roles = Json.object(operator(cluster, "{\"type\":\"GET_ROLES\"}"), "get_roles");
            assertThat(Json.text(FrameworkClient.first(roles, "roles"), "name")).isEqualTo("dev");
            RawHttp.post(
                    cluster.masterAddress(),
                    "/api/v1",
                    json(),
                    "{\"type\":\"TEARDOWN\",\"teardown\":{\"framework_id\":{\"value\":\"" + framework.id() + "\"}}}");
            assertThat(Await.until(() -> framework.stream().end().equals("last chunk"), BOUND)).isTrue();
        }
    }

    private static Map<String, @Nullable Object> operator(MesosDevCluster cluster, String body) throws IOException {
        return RawHttp.post(cluster.masterAddress(), "/api/v1", json(), body).json();
    }
}

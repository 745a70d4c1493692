package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;
import dev.capstan.testing.ZooKeeperProcess;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Three masters on a real ZooKeeper, as a recorded failover of real masters went. */
@Tag("process")
@Timeout(120)
class ElectionTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration SESSION = Duration.ofSeconds(2);
    private static final AtomicInteger CLUSTERS = new AtomicInteger();
    private static final String STAYS = ",\"failover_timeout\":600,\"checkpoint\":true";

    @TempDir private static Path directory;
    private static ZooKeeperProcess zooKeeper;

    private ZooKeeperPlace place;
    private MesosDevCluster cluster;

    @BeforeAll
    static void startZooKeeper() throws IOException {
        zooKeeper = ZooKeeperProcess.start(directory);
    }

    @AfterAll
    static void stopZooKeeper() {
        zooKeeper.close();
    }

    @BeforeEach
    void start() {
        place = new ZooKeeperPlace(zooKeeper.address(), "/mesos-" + CLUSTERS.incrementAndGet(), SESSION, "");
        var master =
                MasterConfig.builder()
                        .hostname("localhost")
                        .allocationInterval(Duration.ofMillis(50))
                        .election(3, place);
        cluster = MesosDevCluster.start(ClusterSpec.agents(1, 2, 4096).withMaster(master.build()));
        awaitLeaderOtherThan("");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void awaitLeaderOtherThan(String before) {
        assertThat(
                        Await.until(
                                () -> cluster.hasLeader() && !cluster.masterAddress().equals(before) && subscribes(),
                                BOUND))
                .as("a leader")
                .isTrue();
    }

    private boolean subscribes() {
        try {
            return operator(cluster.masterAddress(), "GET_MASTER").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static RawHttp.Answer operator(String master, String type) throws IOException {
        return RawHttp.post(master, "/api/v1", FrameworkClient.json(), "{\"type\":\"" + type + "\"}");
    }

    private static RawHttp.Answer get(String master, String path) throws IOException {
        try (var http = new RawHttp(master)) {
            return http.send("GET", path, Map.of(), new byte[0]);
        }
    }

    private static RawHttp.Answer subscribe(String master) throws IOException {
        return RawHttp.post(
                master,
                "/api/v1/scheduler",
                FrameworkClient.json(),
                "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"x\"}}");
    }

    private List<String> followers() {
        return cluster.masterAddresses().stream().filter(each -> !each.equals(cluster.masterAddress())).toList();
    }

    /** A task that runs, acknowledged. */
    private static String launched(FrameworkClient framework, String task) throws IOException {
        var offer = framework.offer();
        framework.launch(offer, task, "sleep 1000");
        framework.acknowledged(task, "TASK_RUNNING");
        return FrameworkClient.value(offer, "agent_id");
    }

    private static String ask(String task, String agent) {
        return ",\"reconcile\":{\"tasks\":[{\"task_id\":{\"value\":\""
                + task
                + "\"},\"agent_id\":{\"value\":\""
                + agent
                + "\"}}]}";
    }

    @Test
    void thoseThatDoNotLeadSendEverybodyToTheOneThatDoes() throws IOException {
        String leader = cluster.masterAddress();
        for (String follower : followers()) {
            assertThat(Await.until(() -> redirects(follower, leader), BOUND)).isTrue();
            assertThat(operator(follower, "GET_MASTER").header("Location")).isEqualTo("//" + leader + "/master/api/v1");
            assertThat(get(follower, "/state").header("Location")).isEqualTo("//" + leader + "/master/state");
            assertThat(get(follower, "/master/redirect").header("Location")).isEqualTo("//" + leader);
            assertThat(get(follower, "/health").status()).isEqualTo(200);
        }
        assertThat(get(leader, "/redirect").header("Location")).isEqualTo("//" + leader);
        assertThat(subscribe(leader).status()).isEqualTo(400);
    }

    private static boolean redirects(String follower, String leader) {
        try {
            RawHttp.Answer answer = subscribe(follower);
            return answer.status() == 307
                    && answer.header("Location").equals("//" + leader + "/master/api/v1/scheduler");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void mastersWriteOfThemselvesWhatRealOnesWrite() throws Exception {
        try (var client = place.connect()) {
            assertThat(Await.until(() -> cluster.masterAddresses().stream().allMatch(this::answers), BOUND)).isTrue();
            List<String> nodes = client.getChildren().forPath(place.path()).stream().sorted().toList();
            assertThat(nodes).hasSize(3).allMatch(node -> node.matches("json.info_\\d{10}"));
            byte[] data = client.getData().forPath(place.path() + "/" + nodes.getFirst());
            var info = Json.parseObject(new String(data, StandardCharsets.UTF_8));
            assertThat(info.keySet())
                    .containsExactlyInAnyOrder(
                            "address", "capabilities", "hostname", "id", "ip", "pid", "port", "version");
            var address = Json.object(info, "address");
            assertThat(Json.text(address, "hostname") + ":" + Json.number(address, "port"))
                    .isEqualTo(cluster.masterAddress());
            assertThat(Json.text(address, "ip")).isEqualTo("127.0.0.1");
        }
    }

    private boolean answers(String master) {
        try {
            return List.of(307, 400).contains(subscribe(master).status());
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whenTheLeaderIsKilledAnotherOneLeadsAndTasksRunOn() throws IOException {
        String old = cluster.masterAddress();
        try (var first = FrameworkClient.subscribe(old, STAYS)) {
            String agent = launched(first, "t1");
            var follower = followers().getFirst();
            cluster.killLeader();
            assertThat(Await.until(() -> first.stream().end().equals("closed"), BOUND)).isTrue();
            assertThat(redirects(follower, old)).as("the dead leader keeps its node for a while").isTrue();
            awaitLeaderOtherThan(old);
            String now = cluster.masterAddress();
            assertThat(now).isNotEqualTo(old);
            try (var again = FrameworkClient.subscribeAgain(now, STAYS, first.id())) {
                again.awaitOffers(1); // the agent has followed
                again.call("RECONCILE", ask("t1", agent));
                assertThat(again.status("t1", "TASK_RUNNING").get("reason")).isEqualTo("REASON_RECONCILIATION");
                again.call("KILL", ",\"kill\":{\"task_id\":{\"value\":\"t1\"}}");
                again.acknowledged("t1", "TASK_KILLED");
            }
        }
    }

    @Test
    void aMasterThatStartsAgainContendsAgain() {
        int old = cluster.leader();
        String address = cluster.masterAddress();
        cluster.killLeader();
        cluster.startMaster(old);
        awaitLeaderOtherThan(address);
        assertThat(Await.until(() -> redirects(address, cluster.masterAddress()), BOUND)).isTrue();
    }

    @Test
    void nobodyIsToldOfTasksWhoseAgentHasNotComeToTheNewLeader() throws IOException {
        String old = cluster.masterAddress();
        try (var first = FrameworkClient.subscribe(old, STAYS)) {
            String agent = launched(first, "t1");
            cluster.partitionAgent(0);
            cluster.killLeader();
            awaitLeaderOtherThan(old);
            assertThat(operator(cluster.masterAddress(), "GET_AGENTS").text()).contains("\"recovered_agents\"", agent);
            try (var again = FrameworkClient.subscribeAgain(cluster.masterAddress(), STAYS, first.id())) {
                again.call("RECONCILE", ask("t1", agent));
                again.call("RECONCILE", ask("unknown-there", agent));
                again.call("RECONCILE", ",\"reconcile\":{\"tasks\":[{\"task_id\":{\"value\":\"t1\"}}]}");
                again.call("RECONCILE", ",\"reconcile\":{\"tasks\":[]}");
                again.call("KILL", ",\"kill\":{\"task_id\":{\"value\":\"t1\"}}");
                again.call("RECONCILE", ask("elsewhere", "no-such-agent"));
                again.status("elsewhere", "TASK_UNKNOWN");
                assertThat(again.stream().events().stream().filter(event -> "UPDATE".equals(event.get("type"))))
                        .as("updates before the agent is back")
                        .hasSize(1);
                cluster.healAgent(0);
                again.awaitOffers(1);
                again.call("RECONCILE", ask("t1", agent));
                again.status("t1", "TASK_RUNNING");
                again.call("RECONCILE", ask("unknown-there", agent));
                again.status("unknown-there", "TASK_GONE");
            }
        }
    }

    @Test
    void aFrozenLeaderKeepsItsStreamsOpenUntilItGoesOnAndEnds() throws IOException {
        String old = cluster.masterAddress();
        int frozen = cluster.leader();
        try (var first = FrameworkClient.subscribe(old, STAYS)) {
            cluster.freezeLeader();
            awaitLeaderOtherThan(old);
            assertThat(first.stream().end()).as("the stream of the frozen leader").isEmpty();
            cluster.thawMaster(frozen);
            assertThat(Await.until(() -> first.stream().end().equals("closed"), BOUND)).isTrue();
        }
    }

    @Test
    void aLeaderEndsWhenZooKeeperIsGoneAndAFollowerLeadsWhenItIsBack() throws IOException {
        String old = cluster.masterAddress();
        try (var first = FrameworkClient.subscribe(old, STAYS)) {
            launched(first, "t1");
            zooKeeper.kill();
            assertThat(Await.until(() -> first.stream().end().equals("closed"), BOUND)).isTrue();
            zooKeeper.startAgain();
            awaitLeaderOtherThan(old);
            try (var again = FrameworkClient.subscribeAgain(cluster.masterAddress(), STAYS, first.id())) {
                again.awaitOffers(1);
                again.call("RECONCILE", ",\"reconcile\":{\"tasks\":[]}");
                again.status("t1", "TASK_RUNNING");
            }
        }
    }
}

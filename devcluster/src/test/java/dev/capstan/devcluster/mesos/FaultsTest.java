package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a framework sees when a fault is switched on, and that it is as before when it is switched off. */
@Tag("process")
class FaultsTest {
    private static final Duration BEAT = Duration.ofMillis(100);
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 4096).withAllocationInterval(Duration.ofMillis(50));
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static long beats(FrameworkClient framework) {
        return framework.stream().events().stream().filter(each -> "HEARTBEAT".equals(each.get("type"))).count();
    }

    private static boolean beatOnce(FrameworkClient framework, Duration within) {
        long before = beats(framework);
        return Await.until(() -> beats(framework) > before, within);
    }

    @Test
    void aSilentStreamStaysOpenAndBeatsAgainWhenItMay() throws IOException {
        var spec = SPEC.withMaster(SPEC.master().toBuilder().heartbeatInterval(BEAT).build());
        try (var cluster = MesosDevCluster.start(spec);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            assertThat(beatOnce(framework, BOUND)).isTrue();
            cluster.silenceHeartbeats(true);
            beatOnce(framework, BEAT.multipliedBy(5)); // one may have been on its way
            assertThat(beatOnce(framework, BEAT.multipliedBy(5))).isFalse();
            assertThat(framework.call("REVIVE", "").status()).isEqualTo(202);
            assertThat(framework.stream().end()).isEmpty();
            cluster.silenceHeartbeats(false);
            assertThat(beatOnce(framework, BOUND)).isTrue();
        }
    }

    @Test
    void anOfferThatWasRescindedCannotBeAccepted() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            cluster.rescindAll();
            var rescinded = Json.object(framework.next("RESCIND"), "rescind");
            assertThat(FrameworkClient.value(rescinded, "offer_id")).isEqualTo(FrameworkClient.value(offer, "id"));
            framework.launch(offer, "t1", "true");
            assertThat(framework.status("t1", "TASK_DROPPED")).containsEntry("reason", "REASON_INVALID_OFFERS");
        }
    }

    @Test
    void anAgentThatTakesItsLeaveIsLostWithAllItsTasks() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launch(framework.offer(), "t1", "sleep 1000");
            framework.acknowledged("t1", "TASK_STARTING");
            framework.acknowledged("t1", "TASK_RUNNING");
            cluster.unregisterAgent(0);
            assertThat(framework.status("t1", "TASK_LOST")).containsEntry("reason", "REASON_AGENT_REMOVED");
            assertThat(Json.object(framework.next("FAILURE"), "failure")).containsKey("agent_id");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT) // beside the conversations, since it takes ten seconds
    void anUpdateThatIsLostOnItsWayIsRepeatedByTheAgent() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            cluster.dropNextUpdates(1);
            long launched = System.nanoTime();
            framework.launch(offer, "t1", "true");
            framework.acknowledged("t1", "TASK_STARTING");
            assertThat(Duration.ofNanos(System.nanoTime() - launched)).isGreaterThan(Duration.ofSeconds(10));
            framework.acknowledged("t1", "TASK_RUNNING");
            framework.acknowledged("t1", "TASK_FINISHED");
        }
    }

    @Test
    void anUpdateMayComeSeveralTimesAndIsTheSameEachTime() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            cluster.repeatUpdates(3);
            framework.launch(offer, "t1", "sleep 1000");
            List<Map<String, @Nullable Object>> told =
                    List.of(
                            framework.status("t1", "TASK_STARTING"),
                            framework.status("t1", "TASK_STARTING"),
                            framework.status("t1", "TASK_STARTING"));
            assertThat(told).containsOnly(told.getFirst());
            cluster.repeatUpdates(1);
            framework.acknowledge(told.getFirst());
            var running = framework.status("t1", "TASK_RUNNING");
            framework.acknowledge(running);
            framework.call("KILL", ",\"kill\":{\"task_id\":{\"value\":\"t1\"}}");
            assertThat(framework.next("UPDATE").toString()).contains("TASK_KILLING"); // and not RUNNING once more
        }
    }
}

package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;

/** What comes after an agent was emptied. */
@Tag("process")
@Timeout(60)
class DrainTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 4096).withAllocationInterval(Duration.ofMillis(50));

    private static void operator(MesosDevCluster cluster, String type, String field, String agent) throws IOException {
        String body = "{\"type\":\"" + type + "\",\"" + field + "\":{\"agent_id\":{\"value\":\"" + agent + "\"}}}";
        var answer = RawHttp.post(cluster.masterAddress(), "/api/v1", FrameworkClient.json(), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static void kill(FrameworkClient framework, String task) throws IOException {
        framework.call("KILL", ",\"kill\":{\"task_id\":{\"value\":\"" + task + "\"}}");
    }

    @Test
    void aTaskThatIsKilledLaterIsNotSaidToBeDrained() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            var offer = framework.offer();
            String agent = FrameworkClient.value(offer, "agent_id");
            framework.launch(offer, "drained", "sleep 1000");
            framework.acknowledged("drained", "TASK_RUNNING");
            operator(cluster, "DRAIN_AGENT", "drain_agent", agent);
            assertThat(framework.acknowledged("drained", "TASK_KILLED").get("reason"))
                    .isEqualTo("REASON_AGENT_DRAINING");
            operator(cluster, "REACTIVATE_AGENT", "reactivate_agent", agent);
            framework.launch(framework.offer(), "later", "sleep 1000");
            framework.acknowledged("later", "TASK_RUNNING");
            kill(framework, "later");
            assertThat(framework.acknowledged("later", "TASK_KILLED")).doesNotContainKey("reason");
        }
    }
}

package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.ClusterSpec.AgentSpec;
import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.mesos.wire.Json;

import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Conversations about what operators, agents and other frameworks do to a framework: ours answers as a real master. */
@Tag("process")
@Timeout(120)
class MasterReplayTest {
    private static final MasterConfig USUAL = MasterConfig.defaults();

    private static List<Map<String, @Nullable Object>> trace(String name) throws IOException {
        return Recording.of(name).trace();
    }

    private static ClusterSpec agents(int count, MasterConfig master) {
        return ClusterSpec.of(Collections.nCopies(count, AgentSpec.of(2, 4096).withPorts(31_000, 31_100)))
                .withMaster(master)
                .withContainerStart(Duration.ofMillis(200));
    }

    /** What is done to processes in between; false for what the replay does itself. */
    private interface Deeds {
        boolean carryOut(String action) throws IOException;
    }

    /** The part of a conversation that fits, held again; nothing may be answered otherwise. */
    private static void holdAgain(
            MesosDevCluster cluster,
            List<Map<String, @Nullable Object>> trace,
            boolean pace,
            Predicate<Map<String, @Nullable Object>> which,
            Deeds deeds)
            throws IOException {
        try (var replay = new Replay(cluster, new Replay.Care(pace, true, false))) {
            for (var entry : trace) {
                boolean isDone = "action".equals(entry.get("type")) && deeds.carryOut(Json.text(entry, "text"));
                if (!isDone && which.test(entry)) {
                    replay.run(List.of(entry));
                }
            }
            assertThat(replay.differences()).isEmpty();
            assertThat(replay.compared()).isGreaterThan(2);
        }
    }

    private static boolean isNotOfTheOperatorsStream(Map<String, @Nullable Object> entry) {
        return !"operator stream".equals(entry.get("who"));
    }

    @Test
    void agentsThatFallSilentAndComeBackOrLeave() throws IOException {
        var master = USUAL.toBuilder().pings(Duration.ofSeconds(1), 2).build();
        try (var cluster = MesosDevCluster.prepare(agents(1, master))) {
            holdAgain(
                    cluster,
                    trace("18-agent-unreachable"),
                    false,
                    MasterReplayTest::isNotOfTheOperatorsStream,
                    action -> {
                        switch (action) {
                            case "SIGSTOP to agent1" -> cluster.partitionAgent(0);
                            case "SIGCONT to agent1" -> cluster.healAgent(0);
                            case "SIGKILL to agent1" -> cluster.killAgent(0);
                            case "SIGUSR1 to agent1" -> cluster.unregisterAgent(0);
                            default -> {
                                return false;
                            }
                        }
                        return true;
                    });
        }
    }

    @Test
    void machinesThatAreToGoDownAndAgentsThatAreEmptied() throws IOException {
        try (var cluster = MesosDevCluster.prepare(agents(2, USUAL))) {
            holdAgain(
                    cluster,
                    trace("21-maintenance-and-drain"),
                    false, // with pauses a round may come between a refusal that has run out and the next step
                    MasterReplayTest::isNotOfTheOperatorsStream,
                    _ -> false);
        }
    }

    @Test
    void aMachineThatGoesDownWithItsTasks() throws IOException {
        try (var cluster = MesosDevCluster.prepare(agents(1, USUAL))) {
            holdAgain(cluster, trace("21b-maintenance-start-stop"), true, _ -> true, _ -> false);
        }
    }

    @Test
    void frameworksThatChange() throws IOException {
        try (var cluster = MesosDevCluster.prepare(agents(1, USUAL))) {
            holdAgain(
                    cluster,
                    trace("23-update-framework"),
                    true,
                    MasterReplayTest::isNotOfTheOperatorsStream,
                    _ -> false);
        }
    }

    @Test
    void whoMayDoWhat() throws IOException {
        var trace = trace("22-authentication");
        var master = USUAL.toBuilder().mayNotSubscribe("limited").tasksOnlyAs("good", List.of("nobody")).build();
        var spec = agents(1, master).withCredentials(Map.of("good", "secret-1", "limited", "secret-2"));
        try (var cluster = MesosDevCluster.prepare(spec)) {
            holdAgain(cluster, trace, false, entry -> isBefore(entry, 14_700), _ -> false);
        }
        try (var cluster = MesosDevCluster.prepare(agents(0, USUAL.toBuilder().rootSubmissions(false).build()))) {
            holdAgain(cluster, trace, false, entry -> "scheduler R stream".equals(entry.get("who")), _ -> true);
        }
        try (var cluster = MesosDevCluster.prepare(agents(0, USUAL.toBuilder().roles(List.of("dev", "ops")).build()))) {
            holdAgain(cluster, trace, false, entry -> "scheduler W stream".equals(entry.get("who")), _ -> true);
        }
    }

    private static boolean isBefore(Map<String, @Nullable Object> entry, long millis) {
        return "flags".equals(entry.get("type")) || Json.number(entry, "t") < millis;
    }

    @Test
    void whatFrameworksDoNotWantToBeOffered() throws IOException {
        var speed = Attribute.newBuilder().setName("speed").setType(Value.Type.SCALAR);
        speed.getScalarBuilder().setValue(3.5);
        AgentSpec big = ofDisk(2, "node-a.test").withAttribute("rack", "r1");
        List<Attribute> attributes = new ArrayList<>(big.attributes());
        attributes.add(speed.build());
        var agents =
                List.of(
                        new AgentSpec(big.hostname(), big.resources(), attributes),
                        ofDisk(1, "node-b.test").withAttribute("rack", "r2"));
        var spec = ClusterSpec.of(agents).withContainerStart(Duration.ofMillis(200));
        try (var cluster = MesosDevCluster.prepare(spec)) {
            holdAgain(
                    cluster,
                    trace("19b-offer-filters-and-constraints"),
                    false,
                    MasterReplayTest::isNotOfTheOperatorsStream,
                    _ -> false);
        }
    }

    private static AgentSpec ofDisk(double cpus, String hostname) {
        AgentSpec spec = AgentSpec.of(cpus, 1024);
        List<Resource> resources = new ArrayList<>();
        for (Resource each : spec.resources()) {
            boolean isDisk = each.getName().equals("disk");
            resources.add(isDisk ? each.toBuilder().setScalar(Value.Scalar.newBuilder().setValue(1000)).build() : each);
        }
        return new AgentSpec(hostname, resources, List.of());
    }
}

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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Conversations about what operators, agents and other frameworks do to a framework: ours answers as a real master. */
@Tag("process")
@Timeout(120)
class MasterReplayTest {
    private static final MasterConfig USUAL = MasterConfig.defaults();
    private static final long ROUND_NANOS = USUAL.allocationInterval().toNanos();

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

    /** An agent may know of the next state before it tells of one; it once did, by chance. */
    private static boolean isAhead(Map<String, @Nullable Object> entry) {
        var updated = Json.object(Json.object(entry, "event"), "task_updated");
        return "TASK_STARTING".equals(Json.object(updated, "status").get("state"))
                && "TASK_RUNNING".equals(updated.get("state"));
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
                    entry -> !isAhead(entry),
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
                    _ -> true,
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
            holdAgain(cluster, trace("23-update-framework"), true, _ -> true, _ -> false);
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

    /**
     * Static and dynamic reservations, and operations. What a task frees is to be offered as it was then: each begins
     * at such a time that no round of offers comes between its end and what the framework does about that.
     */
    @Test
    void reservationsAndOperations() throws IOException {
        var master = USUAL.toBuilder().domain("eu", "eu-1").build();
        var agent = new AgentSpec("node-a.test", reservedAndPlain(), attributesOfAllTypes()).withDomain("eu", "eu-1");
        var spec = ClusterSpec.of(List.of(agent)).withMaster(master).withContainerStart(Duration.ofMillis(200));
        try (var cluster = MesosDevCluster.prepare(spec)) {
            long firstRound = System.nanoTime();
            holdAgain(
                    cluster,
                    trace("19-attributes-roles-reservations"),
                    false,
                    entry -> {
                        if ("ACCEPT".equals(Json.object(entry, "body").get("type"))) {
                            awaitWithinRound(firstRound);
                        }
                        return true;
                    },
                    _ -> false);
        }
    }

    /** A task of a second that begins a good quarter after a round of offers ends half way to the next but one. */
    private static void awaitWithinRound(long firstRound) {
        long sinceRound = (System.nanoTime() - firstRound) % ROUND_NANOS;
        long until = ROUND_NANOS / 4 - sinceRound;
        LockSupport.parkNanos(until < -ROUND_NANOS / 8 ? until + ROUND_NANOS : until);
    }

    private static List<Resource> reservedAndPlain() {
        List<Resource> resources = new ArrayList<>();
        for (Resource each : List.of(scalar("cpus", 1), scalar("mem", 512))) {
            Resource.Builder reserved = each.toBuilder();
            reserved.addReservationsBuilder().setType(Resource.ReservationInfo.Type.STATIC).setRole("dev");
            resources.add(reserved.build());
        }
        resources.addAll(List.of(scalar("cpus", 1), scalar("mem", 1024), scalar("disk", 2000)));
        Resource.Builder ports = Resource.newBuilder().setName("ports").setType(Value.Type.RANGES);
        ports.getRangesBuilder().addRangeBuilder().setBegin(31_000).setEnd(31_010);
        ports.getRangesBuilder().addRangeBuilder().setBegin(32_000).setEnd(32_005);
        resources.add(ports.build());
        Resource.Builder fpga = Resource.newBuilder().setName("fpga").setType(Value.Type.SET);
        fpga.getSetBuilder().addItem("a").addItem("b");
        resources.add(fpga.build());
        return resources;
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static List<Attribute> attributesOfAllTypes() {
        var speed = Attribute.newBuilder().setName("speed").setType(Value.Type.SCALAR);
        speed.getScalarBuilder().setValue(3.5);
        var range = Attribute.newBuilder().setName("range").setType(Value.Type.RANGES);
        range.getRangesBuilder().addRangeBuilder().setBegin(10).setEnd(20);
        return List.of(text("rack", "r1"), speed.build(), range.build(), text("os", "linux"));
    }

    private static Attribute text(String name, String text) {
        return Attribute.newBuilder()
                .setName(name)
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(text))
                .build();
    }

    /**
     * Several frameworks that want the same. Which of three agents a framework gets when all are free is a matter of
     * chance with a real master; where that was played out for seconds, it is left out, and all fall silent before they
     * give back what they hold.
     */
    @Test
    void frameworksThatShare() throws IOException {
        var trace = trace("20-several-frameworks");
        List<Map<String, @Nullable Object>> order = new ArrayList<>(between(trace, 0, 9_686));
        order.addAll(call(trace, "scheduler A (role a) calls", "SUPPRESS", 15_000));
        order.addAll(call(trace, "scheduler B (role b) calls", "SUPPRESS", 15_000));
        order.addAll(call(trace, "scheduler A (role a) calls", "DECLINE", 9_686));
        order.addAll(call(trace, "scheduler B (role b) calls", "DECLINE", 9_686));
        order.addAll(between(trace, 17_000, 20_600));
        order.addAll(call(trace, "scheduler B (role b) calls", "SUPPRESS", 24_000));
        order.addAll(call(trace, "scheduler C (role b) calls", "SUPPRESS", 24_000));
        order.addAll(call(trace, "scheduler B (role b) calls", "DECLINE", 22_000));
        order.addAll(call(trace, "operator", "UPDATE_QUOTA", 24_000));
        order.addAll(call(trace, "operator", "GET_QUOTA", 24_000));
        order.addAll(call(trace, "scheduler A (role a) calls", "REVIVE", 24_000));
        order.addAll(between(trace, 24_602, 30_000));
        var agents = Collections.nCopies(3, ofDisk(2, "127.0.0.1").withPorts(31_000, 31_010));
        var spec = ClusterSpec.of(agents).withContainerStart(Duration.ofMillis(200));
        try (var cluster = MesosDevCluster.prepare(spec)) {
            long firstRound = System.nanoTime();
            holdAgain(
                    cluster,
                    order,
                    false,
                    entry -> {
                        if ("DECLINE".equals(Json.object(entry, "body").get("type"))) {
                            awaitWithinRound(firstRound);
                        }
                        return true;
                    },
                    _ -> false);
        }
    }

    private static List<Map<String, @Nullable Object>> between(
            List<Map<String, @Nullable Object>> trace, long from, long to) {
        return trace.stream().filter(each -> Json.number(each, "t") >= from && Json.number(each, "t") < to).toList();
    }

    /** The first such call after a time, and its answer. */
    private static List<Map<String, @Nullable Object>> call(
            List<Map<String, @Nullable Object>> trace, String who, String type, long after) {
        var its =
                trace.stream()
                        .filter(each -> who.equals(each.get("who")) && Json.number(each, "t") >= after)
                        .dropWhile(each -> !type.equals(Json.object(each, "body").get("type")))
                        .toList();
        return its.subList(0, 2);
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

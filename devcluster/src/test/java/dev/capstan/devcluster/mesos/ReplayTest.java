package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.ClusterSpec.AgentSpec;
import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.mesos.wire.Json;

import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a real master answered is what ours answers. */
@Tag("process")
class ReplayTest {
    @ParameterizedTest(name = "{0}")
    @Timeout(120)
    @ValueSource(
            strings = {
                "02-decline-filters",
                "03-command-task-acknowledged",
                "05-bad-acknowledgements",
                "07-invalid-accepts",
                "08-kill",
                "09-reconcile",
                "10-suppress-revive",
                "11-streams-ids-and-bad-requests",
                "12-disconnect-and-failover-timeout"
            })
    void theRecordedConversationIsHeldAgain(String name) throws IOException {
        var trace = trace(name);
        var flags = Json.object(trace.getFirst(), "flags");
        List<AgentSpec> agents = new ArrayList<>();
        for (int i = 1; flags.containsKey("agent" + i); i++) {
            agents.add(agent((List<?>) Objects.requireNonNull(flags.get("agent" + i))));
        }
        var master = MasterConfig.defaults();
        if (String.valueOf(flags.get("master")).contains("--offer_timeout=8secs")) {
            master = master.toBuilder().offerTimeout(Duration.ofSeconds(8)).build();
        }
        var spec = ClusterSpec.of(agents).withMaster(master).withContainerStart(Duration.ofMillis(200));
        try (var cluster = MesosDevCluster.prepare(spec);
                var replay =
                        new Replay(
                                cluster.masterAddress(),
                                cluster::startAgent,
                                name.startsWith("12"),
                                !name.startsWith("07") && !name.startsWith("08"))) {
            replay.run(trace);
            assertThat(replay.differences()).isEmpty();
            assertThat(replay.compared()).isGreaterThan(10);
        }
    }

    private static List<Map<String, @Nullable Object>> trace(String name) throws IOException {
        List<Map<String, @Nullable Object>> trace = new ArrayList<>();
        try (InputStream in = ReplayTest.class.getResourceAsStream("/recorded/" + name + ".json");
                var lines =
                        new BufferedReader(new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                trace.add(Json.parseObject(line));
            }
        }
        return trace;
    }

    /** As the flag says: cpus:2;mem:4096;disk:10000;ports:[31000-31100]. What it leaves out, an agent finds itself. */
    private static AgentSpec agent(List<?> flags) {
        String flag = String.valueOf(flags.getFirst()).replace("--resources=", "");
        List<Resource> resources = new ArrayList<>();
        for (String each : flag.split(";", -1)) {
            String[] parts = each.split(":", 2);
            resources.add(resource(parts[0], parts[1]));
        }
        if (!flag.contains("disk")) {
            resources.add(resource("disk", "252899"));
            resources.add(resource("ports", "[31000-32000]"));
        }
        return new AgentSpec("127.0.0.1", resources, List.of());
    }

    private static Resource resource(String name, String amount) {
        var resource = Resource.newBuilder().setName(name);
        if (amount.startsWith("[")) {
            String[] ends = amount.substring(1, amount.length() - 1).split("-", 2);
            resource.setType(Value.Type.RANGES)
                    .getRangesBuilder()
                    .addRangeBuilder()
                    .setBegin(Long.parseLong(ends[0]))
                    .setEnd(Long.parseLong(ends[1]));
        } else {
            resource.setType(Value.Type.SCALAR).getScalarBuilder().setValue(Double.parseDouble(amount));
        }
        return resource.build();
    }
}

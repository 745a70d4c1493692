package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.ClusterSpec.AgentSpec;
import dev.capstan.devcluster.mesos.agent.ExecutorSettings;
import dev.capstan.devcluster.mesos.json.ProtoJson;
import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.mesos.wire.Json;

import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A conversation with a real master and real agents.
 *
 * @param flags that they were started with, by process
 * @param trace what was said and done, in order
 */
record Recording(Map<String, @Nullable Object> flags, List<Map<String, @Nullable Object>> trace) {
    static Recording of(String name) throws IOException {
        List<Map<String, @Nullable Object>> trace = new ArrayList<>();
        try (InputStream in = Recording.class.getResourceAsStream("/recorded/" + name + ".json");
                var lines =
                        new BufferedReader(new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                trace.add(decoded(Json.parseObject(line)));
            }
        }
        return new Recording(Json.object(trace.getFirst(), "flags"), trace.subList(1, trace.size()));
    }

    /** Events that were recorded as bytes are compared like the others. */
    private static Map<String, @Nullable Object> decoded(Map<String, @Nullable Object> entry) throws IOException {
        String hex = Json.text(entry, "body_hex");
        if (hex.isEmpty() || !Json.text(entry, "type").equals("event")) {
            return entry;
        }
        Map<String, @Nullable Object> decoded = new LinkedHashMap<>(entry);
        decoded.put("event", Json.parse(ProtoJson.write(Event.parseFrom(HexFormat.of().parseHex(hex)))));
        return decoded;
    }

    /** A cluster with the same flags. */
    ClusterSpec spec() {
        List<AgentSpec> agents = new ArrayList<>();
        for (int i = 1; flags.containsKey("agent" + i); i++) {
            agents.add(agent("agent" + i));
        }
        var master = MasterConfig.defaults();
        if (flag("master", "offer_timeout").equals("8secs")) {
            master = master.toBuilder().offerTimeout(Duration.ofSeconds(8)).build();
        }
        return ClusterSpec.of(agents).withMaster(master).withContainerStart(Duration.ofMillis(200));
    }

    private String flag(String process, String name) {
        String start = "--" + name + "=";
        return ((List<?>) Objects.requireNonNull(flags.get(process)))
                .stream()
                        .map(String::valueOf)
                        .filter(each -> each.startsWith(start))
                        .findFirst()
                        .map(each -> each.substring(start.length()))
                        .orElse("");
    }

    /** As the flag says: cpus:2;mem:4096;disk:10000;ports:[31000-31100]. What it leaves out, an agent finds itself. */
    private AgentSpec agent(String process) {
        String flag = flag(process, "resources");
        List<Resource> resources = new ArrayList<>();
        for (String each : flag.split(";", -1)) {
            String[] parts = each.split(":", 2);
            resources.add(resource(parts[0], parts[1]));
        }
        if (!flag.contains("disk")) {
            resources.add(resource("disk", "252899"));
        }
        if (!flag.contains("ports")) {
            resources.add(resource("ports", "[31000-32000]"));
        }
        return new AgentSpec("127.0.0.1", resources, List.of()).withExecutors(executors(process));
    }

    private ExecutorSettings executors(String process) {
        var settings = ExecutorSettings.defaults();
        if (flag(process, "executor_registration_timeout").equals("3secs")) {
            settings = settings.withRegistrationTimeout(Duration.ofSeconds(3));
        }
        if (flag(process, "executor_reregistration_timeout").equals("4secs")) {
            settings = settings.withReregistrationTimeout(Duration.ofSeconds(4));
        }
        if (flag(process, "recovery_timeout").equals("3mins")) {
            settings = settings.withRecoveryTimeout(Duration.ofMinutes(3));
        }
        if (flag(process, "executor_shutdown_grace_period").equals("250ms")) {
            settings = settings.withShutdownGrace(Duration.ofMillis(250));
        }
        String variables = flag(process, "executor_environment_variables");
        if (!variables.isEmpty()) {
            Map<String, String> environment = new TreeMap<>();
            Json.parseObject(variables).forEach((name, value) -> environment.put(name, String.valueOf(value)));
            settings = settings.withEnvironment(environment);
        }
        return flag(process, "jwt_secret_key").isEmpty() ? settings : settings.withSecret("a secret");
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

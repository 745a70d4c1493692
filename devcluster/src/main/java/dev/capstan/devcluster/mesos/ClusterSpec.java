package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.agent.ExecutorSettings;
import dev.capstan.devcluster.mesos.master.MasterConfig;

import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster for development is made of.
 *
 * <pre>{@code
 * ClusterSpec.agents(3, 4, 4096).withAllocationInterval(Duration.ofMillis(50))
 * }</pre>
 *
 * @param agents one for each agent
 * @param port of the master; 0 for one that is free
 * @param credentials secrets by principal, for masters and for agents' files; empty if everybody may ask
 * @param master settings of the master
 * @param executors how agents treat executors
 * @param containerStart what a container takes to start at least
 */
public record ClusterSpec(
        List<AgentSpec> agents,
        int port,
        Map<String, String> credentials,
        MasterConfig master,
        ExecutorSettings executors,
        Duration containerStart) {
    private static final int FIRST_PORT = 31_000;
    private static final int LAST_PORT = 32_000;
    private static final double DISK_MB = 10_000;

    public ClusterSpec {
        agents = List.copyOf(agents);
        credentials = Map.copyOf(credentials);
    }

    /**
     * One agent.
     *
     * @param hostname as frameworks are told it
     * @param executors how it treats executors, if not as the others
     * @param domain the region and the zone where it is, if it says so
     */
    public record AgentSpec(
            String hostname,
            List<Resource> resources,
            List<Attribute> attributes,
            Optional<ExecutorSettings> executors,
            Optional<DomainInfo> domain) {
        public AgentSpec(String hostname, List<Resource> resources, List<Attribute> attributes) {
            this(hostname, resources, attributes, Optional.empty(), Optional.empty());
        }

        public AgentSpec {
            resources = List.copyOf(resources);
            attributes = List.copyOf(attributes);
        }

        /** An agent with cpus, memory, disk and ports. */
        public static AgentSpec of(double cpus, double memMb) {
            List<Resource> resources = new ArrayList<>();
            resources.add(scalar("cpus", cpus));
            resources.add(scalar("mem", memMb));
            resources.add(scalar("disk", DISK_MB));
            resources.add(ports(FIRST_PORT, LAST_PORT));
            return new AgentSpec("127.0.0.1", resources, List.of());
        }

        /** The same with one text attribute more. */
        public AgentSpec withAttribute(String name, String text) {
            List<Attribute> more = new ArrayList<>(attributes);
            more.add(
                    Attribute.newBuilder()
                            .setName(name)
                            .setType(Value.Type.TEXT)
                            .setText(Value.Text.newBuilder().setValue(text))
                            .build());
            return new AgentSpec(hostname, resources, more, executors, domain);
        }

        /** The same with other ports, from the first to the last. */
        public AgentSpec withPorts(int first, int last) {
            List<Resource> others = new ArrayList<>(resources);
            others.removeIf(each -> each.getName().equals("ports"));
            others.add(ports(first, last));
            return new AgentSpec(hostname, others, attributes, executors, domain);
        }

        /** The same, but for how it treats executors. */
        public AgentSpec withExecutors(ExecutorSettings own) {
            return new AgentSpec(hostname, resources, attributes, Optional.of(own), domain);
        }

        /** The same in a region and a zone of it. */
        public AgentSpec withDomain(String region, String zone) {
            return new AgentSpec(
                    hostname, resources, attributes, executors, Optional.of(MasterConfig.domain(region, zone)));
        }

        private static Resource ports(int first, int last) {
            var range = Value.Range.newBuilder().setBegin(first).setEnd(last);
            return Resource.newBuilder()
                    .setName("ports")
                    .setType(Value.Type.RANGES)
                    .setRanges(Value.Ranges.newBuilder().addRange(range))
                    .build();
        }

        private static Resource scalar(String name, double value) {
            return Resource.newBuilder()
                    .setName(name)
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(value))
                    .build();
        }
    }

    /** So many agents of one size. */
    public static ClusterSpec agents(int count, double cpus, double memMb) {
        List<AgentSpec> agents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            agents.add(AgentSpec.of(cpus, memMb));
        }
        return of(agents);
    }

    public static ClusterSpec of(List<AgentSpec> agents) {
        return new ClusterSpec(
                agents, 0, Map.of(), MasterConfig.defaults(), ExecutorSettings.defaults(), Duration.ZERO);
    }

    public ClusterSpec withMaster(MasterConfig settings) {
        return new ClusterSpec(agents, port, credentials, settings, executors, containerStart);
    }

    public ClusterSpec withAllocationInterval(Duration interval) {
        return withMaster(master.toBuilder().allocationInterval(interval).build());
    }

    public ClusterSpec withPort(int fixed) {
        return new ClusterSpec(agents, fixed, credentials, master, executors, containerStart);
    }

    /** Whoever asks must know one of these secrets. */
    public ClusterSpec withCredentials(Map<String, String> secretByPrincipal) {
        return new ClusterSpec(agents, port, secretByPrincipal, master, executors, containerStart);
    }

    public ClusterSpec withExecutors(ExecutorSettings settings) {
        return new ClusterSpec(agents, port, credentials, master, settings, containerStart);
    }

    public ClusterSpec withContainerStart(Duration atLeast) {
        return new ClusterSpec(agents, port, credentials, master, executors, atLeast);
    }
}

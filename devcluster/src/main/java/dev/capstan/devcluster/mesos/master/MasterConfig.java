package dev.capstan.devcluster.mesos.master;

import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.DomainInfo;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Settings of a master.
 *
 * @param ip where it listens
 * @param hostname how others are told to reach it
 * @param allocationInterval between two rounds of offers
 * @param heartbeatInterval between two heartbeats of a stream
 * @param offerTimeout after which an offer is taken back; null for never
 * @param pingInterval between two looks at an agent
 * @param mostMissedPings after which an agent is unreachable
 * @param reregisterTimeout that agents have to come back to a new master
 * @param roles that frameworks may have; empty for all
 * @param rootSubmissions whether a framework may run as root
 * @param permissions what principals may do
 * @param quotas limits of roles, by role and by name of the resource, in thousandths
 * @param weights of roles; 1 if there is none
 * @param domain the region and the zone where it is; null if it does not say
 * @param election how masters find out which of them leads; null for one that is alone
 */
public record MasterConfig(
        String ip,
        String hostname,
        Duration allocationInterval,
        Duration heartbeatInterval,
        @Nullable Duration offerTimeout,
        Duration pingInterval,
        int mostMissedPings,
        Duration reregisterTimeout,
        List<String> roles,
        boolean rootSubmissions,
        Permissions permissions,
        SequencedMap<String, SequencedMap<String, Long>> quotas,
        SequencedMap<String, Double> weights,
        @Nullable DomainInfo domain,
        @Nullable Election election) {
    /**
     * Several masters, of which one leads.
     *
     * @param place where they meet; its session time-out is how long a dead leader keeps its place
     */
    public record Election(int masters, ZooKeeperPlace place) {
        public Election {
            if (masters < 1) {
                throw new IllegalArgumentException("there must be at least one master, but not " + masters);
            }
        }
    }

    public MasterConfig {
        roles = List.copyOf(roles);
        quotas = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(quotas));
        weights = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(weights));
    }

    /** A zone of a region. */
    public static DomainInfo domain(String region, String zone) {
        var domain = DomainInfo.newBuilder();
        domain.getFaultDomainBuilder().getRegionBuilder().setName(region);
        domain.getFaultDomainBuilder().getZoneBuilder().setName(zone);
        return domain.build();
    }

    /** What a master does that was told nothing. */
    public static MasterConfig defaults() {
        return builder().build();
    }

    /** Begins with {@link #defaults()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same, to be changed. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.ip = ip;
        builder.hostname = hostname;
        builder.allocationInterval = allocationInterval;
        builder.heartbeatInterval = heartbeatInterval;
        builder.offerTimeout = offerTimeout;
        builder.pingInterval = pingInterval;
        builder.mostMissedPings = mostMissedPings;
        builder.reregisterTimeout = reregisterTimeout;
        builder.roles = roles;
        builder.rootSubmissions = rootSubmissions;
        builder.permissions = permissions;
        quotas.forEach((role, limits) -> builder.quotas.put(role, new LinkedHashMap<>(limits)));
        builder.weights.putAll(weights);
        builder.domain = domain;
        builder.election = election;
        return builder;
    }

    /** Gathers settings; what is not set is as a master has it that was told nothing. */
    public static final class Builder {
        private String ip = "127.0.0.1";
        private String hostname = "127.0.0.1";
        private Duration allocationInterval = Duration.ofSeconds(1);
        private Duration heartbeatInterval = Duration.ofSeconds(15);
        private @Nullable Duration offerTimeout;
        private Duration pingInterval = Duration.ofSeconds(15);
        private int mostMissedPings = 5;
        private Duration reregisterTimeout = Duration.ofMinutes(10);
        private List<String> roles = List.of();
        private boolean rootSubmissions = true;
        private Permissions permissions = Permissions.ALL;
        private final SequencedMap<String, SequencedMap<String, Long>> quotas = new LinkedHashMap<>();
        private final SequencedMap<String, Double> weights = new LinkedHashMap<>();
        private @Nullable DomainInfo domain;
        private @Nullable Election election;

        private Builder() {}

        public Builder hostname(String told) {
            hostname = told;
            return this;
        }

        public Builder allocationInterval(Duration interval) {
            allocationInterval = interval;
            return this;
        }

        public Builder heartbeatInterval(Duration interval) {
            heartbeatInterval = interval;
            return this;
        }

        public Builder offerTimeout(Duration timeout) {
            offerTimeout = timeout;
            return this;
        }

        /** An agent is unreachable when it has not answered so many pings. */
        public Builder pings(Duration interval, int most) {
            pingInterval = interval;
            mostMissedPings = most;
            return this;
        }

        public Builder reregisterTimeout(Duration timeout) {
            reregisterTimeout = timeout;
            return this;
        }

        public Builder roles(List<String> allowed) {
            roles = allowed;
            return this;
        }

        public Builder rootSubmissions(boolean allowed) {
            rootSubmissions = allowed;
            return this;
        }

        /** A principal may subscribe in no role. */
        public Builder mayNotSubscribe(String principal) {
            permissions = permissions.mayNotSubscribe(principal);
            return this;
        }

        /** Tasks of a principal may run as these users, and as no others. */
        public Builder tasksOnlyAs(String principal, List<String> users) {
            permissions = permissions.tasksOnlyAs(principal, users);
            return this;
        }

        /** A role may have no more than this of a resource. */
        public Builder quota(String role, String resource, double limit) {
            quotas.computeIfAbsent(role, _ -> new LinkedHashMap<>()).put(resource, Thousandths.of(limit));
            return this;
        }

        public Builder weight(String role, double weight) {
            weights.put(role, weight);
            return this;
        }

        /** It is in a region and a zone of it. */
        public Builder domain(String region, String zone) {
            domain = MasterConfig.domain(region, zone);
            return this;
        }

        /** There are several masters, which elect a leader. */
        public Builder election(int masters, ZooKeeperPlace place) {
            election = new Election(masters, place);
            return this;
        }

        public MasterConfig build() {
            return new MasterConfig(
                    ip,
                    hostname,
                    allocationInterval,
                    heartbeatInterval,
                    offerTimeout,
                    pingInterval,
                    mostMissedPings,
                    reregisterTimeout,
                    roles,
                    rootSubmissions,
                    permissions,
                    quotas,
                    weights,
                    domain,
                    election);
        }
    }
}

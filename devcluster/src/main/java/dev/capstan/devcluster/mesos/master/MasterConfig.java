package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.Thousandths;

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
 * @param roles that frameworks may have; empty for all
 * @param rootSubmissions whether a framework may run as root
 * @param quotas limits of roles, by role and by name of the resource, in thousandths
 * @param weights of roles; 1 if there is none
 */
public record MasterConfig(
        String ip,
        String hostname,
        Duration allocationInterval,
        Duration heartbeatInterval,
        @Nullable Duration offerTimeout,
        Duration pingInterval,
        int mostMissedPings,
        List<String> roles,
        boolean rootSubmissions,
        SequencedMap<String, SequencedMap<String, Long>> quotas,
        SequencedMap<String, Double> weights) {
    public MasterConfig {
        roles = List.copyOf(roles);
        quotas = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(quotas));
        weights = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(weights));
    }

    /** What a master does that was told nothing. */
    public static MasterConfig defaults() {
        return new MasterConfig(
                "127.0.0.1",
                "127.0.0.1",
                Duration.ofSeconds(1),
                Duration.ofSeconds(15),
                null,
                Duration.ofSeconds(15),
                5,
                List.of(),
                true,
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
    }

    public MasterConfig withAllocationInterval(Duration interval) {
        return new MasterConfig(
                ip,
                hostname,
                interval,
                heartbeatInterval,
                offerTimeout,
                pingInterval,
                mostMissedPings,
                roles,
                rootSubmissions,
                quotas,
                weights);
    }

    public MasterConfig withHeartbeatInterval(Duration interval) {
        return new MasterConfig(
                ip,
                hostname,
                allocationInterval,
                interval,
                offerTimeout,
                pingInterval,
                mostMissedPings,
                roles,
                rootSubmissions,
                quotas,
                weights);
    }

    public MasterConfig withOfferTimeout(Duration timeout) {
        return new MasterConfig(
                ip,
                hostname,
                allocationInterval,
                heartbeatInterval,
                timeout,
                pingInterval,
                mostMissedPings,
                roles,
                rootSubmissions,
                quotas,
                weights);
    }

    public MasterConfig withRoles(List<String> allowed) {
        return new MasterConfig(
                ip,
                hostname,
                allocationInterval,
                heartbeatInterval,
                offerTimeout,
                pingInterval,
                mostMissedPings,
                allowed,
                rootSubmissions,
                quotas,
                weights);
    }

    public MasterConfig withRootSubmissions(boolean allowed) {
        return new MasterConfig(
                ip,
                hostname,
                allocationInterval,
                heartbeatInterval,
                offerTimeout,
                pingInterval,
                mostMissedPings,
                roles,
                allowed,
                quotas,
                weights);
    }

    /** An agent is unreachable when it has not answered so many pings. */
    public MasterConfig withPings(Duration interval, int most) {
        return new MasterConfig(
                ip,
                hostname,
                allocationInterval,
                heartbeatInterval,
                offerTimeout,
                interval,
                most,
                roles,
                rootSubmissions,
                quotas,
                weights);
    }

    /** A role may have no more than this of a resource. */
    public MasterConfig withQuota(String role, String resource, double limit) {
        var more = new LinkedHashMap<>(quotas);
        var ofRole = new LinkedHashMap<>(more.getOrDefault(role, new LinkedHashMap<>()));
        ofRole.put(resource, Thousandths.of(limit));
        more.put(role, ofRole);
        return new MasterConfig(
                ip,
                hostname,
                allocationInterval,
                heartbeatInterval,
                offerTimeout,
                pingInterval,
                mostMissedPings,
                roles,
                rootSubmissions,
                more,
                weights);
    }

    public MasterConfig withWeight(String role, double weight) {
        var more = new LinkedHashMap<>(weights);
        more.put(role, weight);
        return new MasterConfig(
                ip,
                hostname,
                allocationInterval,
                heartbeatInterval,
                offerTimeout,
                pingInterval,
                mostMissedPings,
                roles,
                rootSubmissions,
                quotas,
                more);
    }
}

package dev.capstan.devcluster.mesos.agent;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How an agent treats executors.
 *
 * @param registrationTimeout that one has to subscribe for the first time
 * @param reregistrationTimeout that it has to do so again when the agent was restarted
 * @param shutdownGrace that it has to end when told to, unless it says otherwise
 * @param recoveryTimeout that one of a framework that checkpoints waits for its agent
 * @param environment that each is given besides the usual
 * @param secret that their tokens are signed with; empty if they need none
 */
public record ExecutorSettings(
        Duration registrationTimeout,
        Duration reregistrationTimeout,
        Duration shutdownGrace,
        Duration recoveryTimeout,
        SortedMap<String, String> environment,
        String secret) {
    public ExecutorSettings {
        environment = new TreeMap<>(environment);
    }

    /** Those of an agent that is told nothing, but for the time in which executors must come back. */
    public static ExecutorSettings defaults() {
        return new ExecutorSettings(
                Duration.ofMinutes(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofMinutes(15),
                new TreeMap<>(),
                "");
    }

    public ExecutorSettings withRegistrationTimeout(Duration timeout) {
        return new ExecutorSettings(
                timeout, reregistrationTimeout, shutdownGrace, recoveryTimeout, environment, secret);
    }

    public ExecutorSettings withReregistrationTimeout(Duration timeout) {
        return new ExecutorSettings(registrationTimeout, timeout, shutdownGrace, recoveryTimeout, environment, secret);
    }

    public ExecutorSettings withShutdownGrace(Duration grace) {
        return new ExecutorSettings(
                registrationTimeout, reregistrationTimeout, grace, recoveryTimeout, environment, secret);
    }

    public ExecutorSettings withRecoveryTimeout(Duration timeout) {
        return new ExecutorSettings(
                registrationTimeout, reregistrationTimeout, shutdownGrace, timeout, environment, secret);
    }

    public ExecutorSettings withEnvironment(Map<String, String> variables) {
        return new ExecutorSettings(
                registrationTimeout,
                reregistrationTimeout,
                shutdownGrace,
                recoveryTimeout,
                new TreeMap<>(variables),
                secret);
    }

    /** Executors must show the token that they are started with, signed with this secret. */
    public ExecutorSettings withSecret(String key) {
        return new ExecutorSettings(
                registrationTimeout, reregistrationTimeout, shutdownGrace, recoveryTimeout, environment, key);
    }

    public ExecutorTokens tokens() {
        return new ExecutorTokens(secret);
    }
}

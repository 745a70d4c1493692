package dev.capstan.devcluster.mesos.agent;

import java.time.Duration;

/**
 * Settings of an agent.
 *
 * @param ip where it listens
 * @param directory below which sandboxes are
 * @param silence of the master after which the agent registers again
 */
public record AgentConfig(String ip, String directory, ExecutorSettings executors, Duration silence) {}

package dev.capstan.devcluster.mesos.agent;

import java.time.Duration;

/**
 * Settings of an agent.
 *
 * @param ip where it listens
 * @param directory below which sandboxes are
 * @param registrationTimeout that an executor has to subscribe for the first time
 * @param reregistrationTimeout that it has to do so again when the agent was restarted
 * @param shutdownGrace that an executor has to end when told to, unless it says otherwise
 * @param recoveryTimeout that a checkpointing executor waits for its agent
 * @param silence of the master after which the agent registers again
 */
public record AgentConfig(
        String ip,
        String directory,
        Duration registrationTimeout,
        Duration reregistrationTimeout,
        Duration shutdownGrace,
        Duration recoveryTimeout,
        Duration silence) {}

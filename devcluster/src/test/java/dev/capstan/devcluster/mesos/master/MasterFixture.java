package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.ClusterSpec.AgentSpec;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.kernel.actor.Address;

import org.apache.mesos.v1.Protos.AgentInfo;

import java.util.List;
import java.util.random.RandomGeneratorFactory;

/** A master that has just begun, and agents for it. */
final class MasterFixture {
    static final Address AGENT = new Address("agent", "agent");

    private MasterFixture() {}

    static Master master(MasterConfig config) {
        return new Master(
                config,
                MasterIdentity.of(config, "m", 5050),
                List.of(),
                RandomGeneratorFactory.of("L64X128MixRandom").create(7),
                0);
    }

    /** With four cpus and 4 GB. */
    static AgentInfo.Builder agentInfo() {
        return AgentInfo.newBuilder().setHostname("here").addAllResources(AgentSpec.of(4, 4096).resources());
    }

    /** An agent on which nothing runs. */
    static MasterMessage.RegisterAgent register(AgentInfo.Builder agent) {
        return new MasterMessage.RegisterAgent(AGENT, agent.build(), List.of(), List.of(), List.of());
    }
}

package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.agent.Agent;
import dev.capstan.devcluster.mesos.agent.AgentConfig;
import dev.capstan.devcluster.mesos.http.WebServer;
import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.process.Containers;
import dev.capstan.devcluster.mesos.site.AgentSite;
import dev.capstan.devcluster.mesos.site.Credentials;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Fault;
import dev.capstan.kernel.actor.Journal;

import org.apache.mesos.v1.Protos.AgentInfo;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** One agent with its thread, its port and its containers. */
final class LiveAgent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LiveAgent.class.getName());

    private final Address address;
    private final ClusterSpec.AgentSpec own;
    private final AgentConfig config;
    private final Credentials credentials;
    private final Network network;
    private final Containers containers;
    private WebServer server;
    private Agent agent;
    private ActorLoop loop;

    LiveAgent(int index, ClusterSpec spec, Path directory, Network network, long wallMinusNow) {
        this.address = new Address("agent-" + index, "agent");
        this.own = spec.agents().get(index);
        this.credentials = new Credentials(spec.credentials());
        this.config =
                new AgentConfig(
                        spec.master().ip(),
                        directory.toString(),
                        own.executors().orElse(spec.executors()),
                        spec.master().pingInterval().multipliedBy(spec.master().mostMissedPings() + 1L));
        this.network = network;
        this.containers = new Containers(spec.containerStart());
        this.server = listen(0);
        this.agent = new Agent(config, info(), address, RandomGenerator.of(MesosDevCluster.RANDOM), wallMinusNow);
        this.loop = new ActorLoop("mesos-" + address.node(), network, LiveAgent::failed);
    }

    private WebServer listen(int port) {
        var site =
                new AgentSite(
                        network.peers(),
                        credentials,
                        Path.of(config.directory()),
                        config.executors().tokens(),
                        () -> network.isThere(address.node()),
                        message -> network.tell(address, message));
        return WebServer.start("mesos-" + address.node(), InetAddress.getLoopbackAddress(), port, site);
    }

    private AgentInfo info() {
        AgentInfo.Builder info =
                AgentInfo.newBuilder()
                        .setHostname(own.hostname())
                        .setPort(server.port())
                        .addAllResources(own.resources())
                        .addAllAttributes(own.attributes());
        own.domain().ifPresent(info::setDomain);
        return info.build();
    }

    private static void failed(Fault fault) {
        LOG.log(
                System.Logger.Level.ERROR,
                fault.actor() + " has failed: " + String.join("\n", fault.flight()),
                fault.cause());
    }

    Address address() {
        return address;
    }

    String authority() {
        return config.ip() + ":" + server.port();
    }

    void start(Address master) {
        loop.host(address, agent, containers, Journal.NONE);
        loop.start();
        network.join(address.node(), loop);
        containers.recover(message -> network.tell(address, message));
        loop.tell(address, new AgentMessage.Started());
        detect(master);
    }

    void detect(Address master) {
        network.tell(address, new AgentMessage.MasterDetected(master));
    }

    /** The agent is gone at once; its containers are not. */
    void kill() {
        network.leave(address.node());
        loop.close();
        server.close();
    }

    /** A new agent takes the place of the one that was killed, with what was on its disk. */
    void restart(Address master) {
        server = listen(server.port());
        agent = agent.successor();
        loop = new ActorLoop("mesos-" + address.node(), network, LiveAgent::failed);
        start(master);
    }

    @Override
    public void close() {
        kill();
        containers.close();
    }
}

package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.http.WebServer;
import dev.capstan.devcluster.mesos.master.Master;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Uuids;
import dev.capstan.devcluster.mesos.site.Credentials;
import dev.capstan.devcluster.mesos.site.MasterSite;
import dev.capstan.devcluster.mesos.site.MasterSite.Standing;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Journal;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.file.PrivateDirectory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A Mesos cluster in this process: a master and agents that any framework can use over HTTP, with real processes for
 * tasks, and with faults on demand. When it is closed, or this process ends in whatever way, so do all tasks.
 *
 * <pre>{@code
 * try (var cluster = MesosDevCluster.start(ClusterSpec.agents(3, 4, 4096))) {
 *     runFramework("http://" + cluster.masterAddress());
 * }
 * }</pre>
 */
public final class MesosDevCluster implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MesosDevCluster.class.getName());
    static final String RANDOM = "L64X128MixRandom";
    private static final Address MASTER = new Address("master", "master");

    private final ClusterSpec spec;
    private final PrivateDirectory directory;
    private final Network network = new Network();
    private final WebServer server;
    private final List<LiveAgent> agents = new ArrayList<>();
    private volatile Standing standing = new Standing.Unavailable("Master has not finished recovery");
    private ActorLoop loop;
    private boolean closed;

    private MesosDevCluster(ClusterSpec spec, PrivateDirectory directory) {
        this.spec = spec;
        this.directory = directory;
        var site =
                new MasterSite(
                        network.peers(),
                        new Credentials(spec.credentials()),
                        () -> standing,
                        this::masterAddress,
                        message -> network.tell(MASTER, message));
        this.server = WebServer.start("mesos-master", address(spec.master().ip()), spec.port(), site);
        this.loop = startMaster();
        for (int i = 0; i < spec.agents().size(); i++) {
            agents.add(new LiveAgent(i, spec, directory().resolve("agent" + (i + 1)), network, wallMinusNow()));
        }
    }

    /** Starts a cluster; its agents register within moments. */
    public static MesosDevCluster start(ClusterSpec spec) {
        MesosDevCluster cluster = prepare(spec);
        cluster.agents.forEach(agent -> agent.start(MASTER));
        return cluster;
    }

    /** Starts a master alone; the agents are {@linkplain #startAgent started} one by one. */
    public static MesosDevCluster prepare(ClusterSpec spec) {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            PrivateDirectory.sweep(temporary); // what clusters that were killed have left
            return new MesosDevCluster(spec, PrivateDirectory.in(temporary));
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster has no place for its files", e);
        }
    }

    private static InetAddress address(String ip) {
        try {
            return InetAddress.getByName(ip);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(ip + " is no address to listen at", e);
        }
    }

    private ActorLoop startMaster() {
        var random = RandomGenerator.of(RANDOM);
        String id = Uuids.random(random).toString();
        var master = new Master(spec.master(), id, server.port(), random, wallMinusNow());
        var started =
                new ActorLoop(
                                "mesos-master",
                                network,
                                fault ->
                                        LOG.log(
                                                System.Logger.Level.ERROR,
                                                "the master has failed: " + String.join("\n", fault.flight()),
                                                fault.cause()))
                        .start();
        started.host(MASTER, master, Operations.NONE, Journal.NONE);
        network.join(MASTER.node(), started);
        started.tell(MASTER, new MasterMessage.Allocate());
        standing = new Standing.Leading();
        return started;
    }

    /** Where the master is reached: host and port. */
    public String masterAddress() {
        return spec.master().hostname() + ":" + server.port();
    }

    /** Host and port of an agent, as its executors are told them. */
    public String agentAddress(int index) {
        return agents.get(index).authority();
    }

    /** Where sandboxes are; gone when the cluster is closed. */
    public Path directory() {
        return directory.path();
    }

    /** Starts an agent of a cluster that was only prepared. */
    public void startAgent(int index) {
        agents.get(index).start(MASTER);
    }

    // Faults

    /** The master dies and comes back at the same address, knowing nothing; the agents come back to it. */
    public void restartMaster() {
        stopMaster();
        resumeMaster();
    }

    /** The master dies: its connections break, and it answers that it recovers until it is resumed. */
    public void stopMaster() {
        standing = new Standing.Unavailable("Master has not finished recovery");
        network.leave(MASTER.node());
        loop.close();
        server.cutAll();
    }

    /** A master that was stopped comes back, knowing nothing. */
    public void resumeMaster() {
        loop = startMaster();
        agents.forEach(agent -> agent.detect(MASTER));
    }

    /** The agent dies, its tasks live on. */
    public void killAgent(int index) {
        agents.get(index).kill();
        network.tell(MASTER, new MasterMessage.AgentLinkBroke(agents.get(index).address()));
    }

    /** An agent that was killed comes back with what frameworks had checkpointed there; what they had not ends. */
    public void restartAgent(int index) {
        agents.get(index).restart(MASTER);
    }

    /** Nothing passes between the agent and the master any more, and neither is told so. */
    public void partitionAgent(int index) {
        network.partition(agents.get(index).address().node());
    }

    /** What passes between the agent and the master passes again. */
    public void healAgent(int index) {
        network.heal(agents.get(index).address().node());
    }

    /** Streams of schedulers carry no heartbeats, and stay open. */
    public void silenceHeartbeats(boolean silent) {
        network.tell(MASTER, new MasterMessage.SilenceHeartbeats(silent));
    }

    /** Takes back all offers. */
    public void rescindAll() {
        network.tell(MASTER, new MasterMessage.RescindAll());
    }

    /** The next so many updates of agents are lost on their way; agents repeat them. */
    public void dropNextUpdates(int count) {
        network.tell(MASTER, new MasterMessage.DropUpdates(count));
    }

    /** Each update is told so many times; 1 is the normal case. */
    public void repeatUpdates(int times) {
        network.tell(MASTER, new MasterMessage.RepeatUpdates(times));
    }

    /** Breaks all connections with schedulers and operators. */
    public void cutConnections() {
        server.cutAll();
    }

    private static long wallMinusNow() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - System.nanoTime();
    }

    /** Ends all tasks and the cluster, and removes its files. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        agents.forEach(LiveAgent::close);
        server.close();
        loop.close();
        directory.close();
    }
}

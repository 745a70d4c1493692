package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.kernel.file.PrivateDirectory;

import org.apache.mesos.v1.Protos.MasterInfo;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
    static final String RANDOM = "L64X128MixRandom";

    private final PrivateDirectory directory;
    private final Network network = new Network();
    private final SharedRegistry registry = new SharedRegistry();
    private final List<LiveMaster> masters = new ArrayList<>();
    private final List<LiveAgent> agents = new ArrayList<>();
    private final @Nullable LeaderWatch watch;
    private volatile LiveMaster leader;
    private boolean closed;

    private MesosDevCluster(ClusterSpec spec, PrivateDirectory directory) {
        this.directory = directory;
        MasterConfig.Election election = spec.master().election();
        for (int i = 0; i < (election == null ? 1 : election.masters()); i++) {
            masters.add(new LiveMaster(i, spec, network, registry, wallMinusNow()));
        }
        this.leader = masters.getFirst();
        for (int i = 0; i < spec.agents().size(); i++) {
            agents.add(new LiveAgent(i, spec, directory().resolve("agent" + (i + 1)), network, wallMinusNow()));
        }
        masters.forEach(LiveMaster::start);
        this.watch = election == null ? null : new LeaderWatch(election.place(), this::onLeader);
    }

    /** As agents see it, and whoever speaks of the leader here. */
    private synchronized void onLeader(MasterInfo info) {
        for (LiveMaster each : masters) {
            if (each.is(info)) {
                leader = each;
                agents.forEach(agent -> agent.detect(each.address()));
            }
        }
    }

    /** Starts a cluster; its agents register within moments. */
    public static MesosDevCluster start(ClusterSpec spec) {
        MesosDevCluster cluster = prepare(spec);
        cluster.startAgents();
        return cluster;
    }

    private synchronized void startAgents() {
        agents.forEach(agent -> agent.start(leader.address()));
    }

    /** Starts a master alone; the agents are {@linkplain #startAgent started} one by one. */
    public static MesosDevCluster prepare(ClusterSpec spec) {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            Leftovers.sweep(temporary, Instant.now());
            return new MesosDevCluster(spec, PrivateDirectory.in(temporary));
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster has no place for its files", e);
        }
    }

    /** Where the master is reached, the leading one of several as far as it is known: host and port. */
    public String masterAddress() {
        return leader.authority();
    }

    /** Where all masters are reached, whether they live or not. */
    public List<String> masterAddresses() {
        return masters.stream().map(LiveMaster::authority).toList();
    }

    /** Whether there is a master that leads now. */
    public boolean hasLeader() {
        return masters.stream().anyMatch(LiveMaster::isLeading);
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
    public synchronized void startAgent(int index) {
        agents.get(index).start(leader.address());
    }

    // Faults

    /** The master dies and comes back at the same address, knowing but its agents; they come back to it. */
    public void restartMaster() {
        stopMaster();
        resumeMaster();
    }

    /** The master dies: its connections break, and it answers that it recovers until it is resumed. */
    public void stopMaster() {
        leader.stop();
    }

    /** A master that was stopped comes back, knowing but its agents. */
    public void resumeMaster() {
        leader.resume();
        agents.forEach(agent -> agent.detect(leader.address()));
    }

    /**
     * The leader of several masters is killed: nobody listens at its address any more, and another one leads when
     * ZooKeeper has given up its session.
     */
    public void killLeader() {
        leader.die();
    }

    /** The leader of several masters stops running, its connections stay open and silent, and its session ends. */
    public void freezeLeader() {
        leader.freeze();
    }

    /** A master that was frozen goes on, finds that its session is over, and ends. */
    public void thawMaster(int index) {
        masters.get(index).thaw();
    }

    /** A master that has ended starts again at its address, and contends. */
    public void startMaster(int index) {
        masters.get(index).start();
    }

    /** Which of the masters leads, or was the last to lead; counted from 0. */
    public int leader() {
        return masters.indexOf(leader);
    }

    /** The agent dies, its tasks live on. */
    public void killAgent(int index) {
        agents.get(index).kill();
        network.tell(leader.address(), new MasterMessage.AgentLinkBroke(agents.get(index).address()));
    }

    /** An agent that was killed comes back with what frameworks had checkpointed there; what they had not ends. */
    public synchronized void restartAgent(int index) {
        agents.get(index).restart(leader.address());
    }

    /** The agent takes its leave, as one that gets SIGUSR1, and ends with all its tasks. */
    public void unregisterAgent(int index) {
        network.tell(leader.address(), new MasterMessage.AgentLeaves(agents.get(index).address()));
        agents.get(index).close();
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
        network.tell(leader.address(), new MasterMessage.SilenceHeartbeats(silent));
    }

    /** Takes back all offers. */
    public void rescindAll() {
        network.tell(leader.address(), new MasterMessage.RescindAll());
    }

    /** The next so many updates of agents are lost on their way; agents repeat them. */
    public void dropNextUpdates(int count) {
        network.tell(leader.address(), new MasterMessage.DropUpdates(count));
    }

    /** Each update is told so many times; 1 is the normal case. */
    public void repeatUpdates(int times) {
        network.tell(leader.address(), new MasterMessage.RepeatUpdates(times));
    }

    /** Breaks all connections with schedulers and operators. */
    public void cutConnections() {
        masters.forEach(LiveMaster::cutConnections);
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
        if (watch != null) {
            watch.close();
        }
        masters.forEach(LiveMaster::close);
        directory.close();
    }
}

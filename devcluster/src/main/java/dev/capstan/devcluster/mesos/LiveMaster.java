package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.election.Candidacy;
import dev.capstan.devcluster.mesos.http.Exchange;
import dev.capstan.devcluster.mesos.http.WebServer;
import dev.capstan.devcluster.mesos.json.MalformedJsonException;
import dev.capstan.devcluster.mesos.json.ProtoJson;
import dev.capstan.devcluster.mesos.master.Master;
import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.devcluster.mesos.master.MasterIdentity;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Uuids;
import dev.capstan.devcluster.mesos.site.Credentials;
import dev.capstan.devcluster.mesos.site.MasterSite;
import dev.capstan.devcluster.mesos.site.MasterSite.Standing;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Operations;

import org.apache.mesos.v1.Protos.MasterInfo;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/**
 * One master with its thread and its port: alone in its cluster, or one of several that elect a leader.
 *
 * <pre>
 * down --start--> up, recovering --it leads--> leading
 *   ^              |      '---another leads---> following --it leads--> leading
 *   '---die, session over while leading---------'
 * </pre>
 */
final class LiveMaster implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LiveMaster.class.getName());
    private static final Standing RECOVERING = new Standing.Unavailable("Master has not finished recovery");

    private final ClusterSpec spec;
    private final Address address;
    private final Network network;
    private final SharedRegistry registry;
    private final long wallMinusNow;
    private final RandomGenerator random = RandomGenerator.of(MesosDevCluster.RANDOM);
    private int port;
    private MasterInfo info = MasterInfo.getDefaultInstance();
    private @Nullable WebServer server;
    private @Nullable ActorLoop loop;
    private @Nullable Candidacy candidacy;
    private volatile Standing standing = RECOVERING;

    /** Opens when the process goes on; null while it has not been stopped. */
    private volatile @Nullable CountDownLatch thaw;

    LiveMaster(int index, ClusterSpec spec, Network network, SharedRegistry registry, long wallMinusNow) {
        this.spec = spec;
        this.address = new Address("master-" + index, "master");
        this.network = network;
        this.registry = registry;
        this.wallMinusNow = wallMinusNow;
        this.port = index == 0 ? spec.port() : 0;
    }

    /** A process begins: it listens, and leads if there is nobody else who might. */
    synchronized void start() {
        standing = RECOVERING;
        server = WebServer.start("mesos-" + address.node(), listenAddress(spec.master().ip()), port, this::handle);
        port = server.port();
        MasterConfig.Election election = spec.master().election();
        if (election == null) {
            lead();
        } else {
            takeName();
            contend(election);
        }
    }

    private static InetAddress listenAddress(String ip) {
        try {
            return InetAddress.getByName(ip);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(ip + " is no address to listen at", e);
        }
    }

    private void takeName() {
        info = MasterIdentity.of(spec.master(), Uuids.random(random).toString(), port);
    }

    private void handle(Exchange exchange) {
        awaitThaw();
        new MasterSite(
                        network.peers(),
                        new Credentials(spec.credentials()),
                        () -> standing,
                        this::authority,
                        message -> network.tell(address, message))
                .handle(exchange);
    }

    /** The connection hangs as one with a process that was stopped; it breaks when that goes on, and ends. */
    private void awaitThaw() {
        CountDownLatch gate = thaw;
        if (gate == null) {
            return;
        }
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The election

    private void contend(MasterConfig.Election election) {
        candidacy = new Candidacy(election.place(), Optional.of(ProtoJson.write(info)), new Outcome(election));
    }

    private final class Outcome implements Candidacy.Listener {
        private final MasterConfig.Election election;

        Outcome(MasterConfig.Election election) {
            this.election = election;
        }

        @Override
        public void leads(Optional<String> leader, boolean isUs) {
            onLeader(leader, isUs);
        }

        @Override
        public void sessionEnded() {
            onSessionEnded(election);
        }
    }

    private synchronized void onLeader(Optional<String> leader, boolean isUs) {
        if (server == null || thaw != null) {
            return;
        }
        if (isUs) {
            lead();
        } else if (leader.isEmpty()) {
            standing = new Standing.Unavailable("No leader elected");
        } else {
            MasterInfo other = read(leader.get());
            standing = new Standing.Following(other.getHostname() + ":" + other.getPort());
        }
    }

    static MasterInfo read(String json) {
        try {
            var info = MasterInfo.newBuilder();
            ProtoJson.read(json, info, "MasterInfo");
            return info.build();
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("what a master wrote of itself cannot be read: " + json, e);
        }
    }

    /** A leader that may lead no more ends as a process; whoever follows contends again. */
    private synchronized void onSessionEnded(MasterConfig.Election election) {
        if (server == null || thaw != null) {
            return;
        }
        if (loop == null) {
            standing = new Standing.Unavailable("No leader elected");
            contend(election);
        } else {
            LOG.log(System.Logger.Level.INFO, "{0} has lost its session, and ends", address.node());
            endProcess();
        }
    }

    // Leading

    private void lead() {
        if (spec.master().election() == null) {
            takeName();
        }
        SharedRegistry.Term term = registry.begin();
        var master = new Master(spec.master(), info, term.found(), random, wallMinusNow);
        var started =
                new ActorLoop(
                                "mesos-" + address.node(),
                                network,
                                fault ->
                                        LOG.log(
                                                System.Logger.Level.ERROR,
                                                "the master has failed: " + String.join("\n", fault.flight()),
                                                fault.cause()))
                        .start();
        started.host(address, master, Operations.NONE, term.journal());
        network.join(address.node(), started);
        started.tell(address, new MasterMessage.Led());
        loop = started;
        standing = new Standing.Leading();
        LOG.log(System.Logger.Level.INFO, "{0} at port {1} leads", address.node(), Integer.toString(port));
    }

    synchronized boolean isLeading() {
        return loop != null;
    }

    /** Whether it is the one that says this of itself. */
    synchronized boolean is(MasterInfo other) {
        return info.getId().equals(other.getId());
    }

    Address address() {
        return address;
    }

    /** Host and port under which others are told to reach it. */
    synchronized String authority() {
        return spec.master().hostname() + ":" + port;
    }

    // Faults

    /** Its connections break, and it answers that it recovers until it is resumed. */
    synchronized void stop() {
        standing = RECOVERING;
        endLoop();
        cutConnections();
    }

    /** A master that was stopped comes back. */
    synchronized void resume() {
        lead();
    }

    synchronized void cutConnections() {
        if (server != null) {
            server.cutAll();
        }
    }

    /** The process is killed: its node in ZooKeeper stays until the session ends. */
    synchronized void die() {
        if (candidacy != null) {
            candidacy.abandon();
            candidacy = null;
        }
        endProcess();
    }

    /** The process stops running: connections stay open and say nothing, and the session will end. */
    synchronized void freeze() {
        thaw = new CountDownLatch(1);
        endLoop();
        if (candidacy != null) {
            candidacy.abandon();
            candidacy = null;
        }
    }

    /** The process goes on after its session has ended: it notices, and ends. */
    synchronized void thaw() {
        endProcess();
    }

    private void endLoop() {
        network.leave(address.node());
        if (loop != null) {
            loop.close();
            loop = null;
        }
    }

    private void endProcess() {
        endLoop();
        if (server != null) {
            server.close();
            server = null;
        }
        CountDownLatch gate = thaw;
        if (gate != null) {
            thaw = null;
            gate.countDown();
        }
    }

    @Override
    public synchronized void close() {
        if (candidacy != null) {
            candidacy.close();
            candidacy = null;
        }
        endProcess();
    }
}

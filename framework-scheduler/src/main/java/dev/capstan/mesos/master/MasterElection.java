package dev.capstan.mesos.master;

import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.mesos.master.MasterException.Kind;
import dev.capstan.mesos.wire.Json;

import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Reads from ZooKeeper who leads. Masters that contend keep a node each, named {@code json.info_} and a number; the one
 * with the lowest leads. One connection is kept while this is open.
 */
final class MasterElection implements AutoCloseable {
    private static final String NODE = "json.info_";

    private final ZooKeeperPlace place;
    private @Nullable CuratorFramework client;

    MasterElection(ZooKeeperPlace place) {
        this.place = place;
    }

    /**
     * Who leads now; several threads may ask.
     *
     * @throws MasterException when ZooKeeper does not answer, or nobody leads
     */
    synchronized HostPort leader() throws MasterException, InterruptedException {
        if (client == null) {
            client = place.connect();
        }
        int patience = Math.toIntExact(place.sessionTimeout().toMillis());
        if (!client.blockUntilConnected(patience, TimeUnit.MILLISECONDS)) {
            throw new MasterException(Kind.UNREACHABLE, "no ZooKeeper answers at " + place.servers());
        }
        try {
            return read(client);
        } catch (InterruptedException | MasterException e) {
            throw e;
        } catch (Exception e) { // the client declares nothing narrower
            throw new MasterException(
                    Kind.UNREACHABLE, "ZooKeeper does not tell who leads at " + place + ": " + e.getMessage(), e);
        }
    }

    private HostPort read(CuratorFramework connected) throws Exception {
        if (connected.checkExists().forPath(place.path()) == null) {
            throw new MasterException(Kind.NOT_READY, "no Mesos master has ever registered at " + place);
        }
        List<String> nodes = connected.getChildren().forPath(place.path());
        Optional<String> lowest = nodes.stream().filter(node -> node.startsWith(NODE)).min(Comparator.naturalOrder());
        if (lowest.isEmpty()) {
            throw new MasterException(Kind.NOT_READY, "no Mesos master leads at " + place + " now");
        }
        byte[] data = connected.getData().forPath(place.path() + "/" + lowest.get());
        return address(new String(data, StandardCharsets.UTF_8));
    }

    private static HostPort address(String masterInfo) throws MasterException {
        try {
            Map<String, @Nullable Object> info = Json.parseObject(masterInfo);
            Map<String, @Nullable Object> address = Json.object(info, "address");
            String ip = Json.text(address, "ip");
            return new HostPort(
                    ip.isEmpty() ? Json.text(address, "hostname") : ip, Math.toIntExact(Json.number(address, "port")));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MasterException(
                    Kind.NOT_A_MASTER, "what the leading master says of itself cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}

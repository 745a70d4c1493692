package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.election.Candidacy;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;

import org.apache.mesos.v1.Protos.MasterInfo;

import java.util.Optional;
import java.util.function.Consumer;

/** Looks for agents which master leads. While nobody does, or ZooKeeper is away, they stay with the one they know. */
final class LeaderWatch implements Candidacy.Listener, AutoCloseable {
    private final ZooKeeperPlace place;
    private final Consumer<MasterInfo> led;
    private Candidacy session;
    private boolean closed;

    /**
     * @param led told of each new leader
     */
    LeaderWatch(ZooKeeperPlace place, Consumer<MasterInfo> led) {
        this.place = place;
        this.led = led;
        this.session = new Candidacy(place, Optional.empty(), this);
    }

    @Override
    public void leads(Optional<String> leader, boolean isUs) {
        leader.map(LiveMaster::read).ifPresent(led);
    }

    @Override
    public synchronized void sessionEnded() {
        if (!closed) {
            session = new Candidacy(place, Optional.empty(), this);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        session.close();
    }
}

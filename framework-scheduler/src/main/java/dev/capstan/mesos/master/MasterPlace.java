package dev.capstan.mesos.master;

import dev.capstan.ha.zookeeper.ZooKeeperPlace;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where the masters of a cluster are to be found. */
public sealed interface MasterPlace {
    int USUAL_PORT = 5050;

    /** Some or all masters by their addresses; those that do not lead say who does. */
    record Listed(List<HostPort> masters) implements MasterPlace {
        public Listed {
            masters = List.copyOf(masters);
            if (masters.isEmpty()) {
                throw new IllegalArgumentException("there must be at least one master");
            }
        }

        @Override
        public String toString() {
            return masters.stream().map(HostPort::toString).collect(Collectors.joining(","));
        }
    }

    /** The node of a ZooKeeper in which masters elect their leader. */
    record Elected(ZooKeeperPlace place) implements MasterPlace {
        @Override
        public String toString() {
            return place.toString();
        }
    }

    /**
     * Reads {@code host:5050}, {@code h1:5050,h2:5050} or {@code zk://z1:2181,z2:2181/mesos}.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    static MasterPlace parse(String text) {
        if (text.startsWith("zk://")) {
            return new Elected(ZooKeeperPlace.parse(text));
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("it names no master; one is named like host:" + USUAL_PORT);
        }
        return new Listed(
                Arrays.stream(text.split(",", -1)).map(each -> HostPort.parse(each.strip(), USUAL_PORT)).toList());
    }
}

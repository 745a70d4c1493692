package dev.capstan.backend.mesosdev;

import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.operator.OperatorClient;

/**
 * The cluster that tests run on: the one that {@code -Dcapstan.mesos.master} names, for instance of a real Mesos, or
 * else one of their own.
 */
final class Cluster implements AutoCloseable {
    private static final String GIVEN = "capstan.mesos.master";

    private final MesosDevCluster own;
    private final String master;

    private Cluster(String master, MesosDevCluster own) {
        this.master = master;
        this.own = own;
    }

    /** With two agents, each of so many cpus and so much memory, unless one is given. */
    static Cluster find(double cpus, double megabytes) {
        return find(2, cpus, megabytes);
    }

    /** With so many agents, unless one is given. */
    static Cluster find(int agents, double cpus, double megabytes) {
        if (!System.getProperty(GIVEN, "").isEmpty()) {
            return new Cluster("mesos", null);
        }
        MesosDevCluster own = MesosDevCluster.start(ClusterSpec.agents(agents, cpus, megabytes));
        return new Cluster("mesos://" + own.masterAddress(), own);
    }

    /** The URL of its master. */
    String master() {
        return master;
    }

    /** Where its master is, without anything of Capstan's. */
    String place() {
        return own == null ? System.getProperty(GIVEN) : own.masterAddress();
    }

    /** Does what operators do. */
    OperatorClient operator() {
        return new OperatorClient(MasterPlace.parse(place()), MasterAccess.OPEN);
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}

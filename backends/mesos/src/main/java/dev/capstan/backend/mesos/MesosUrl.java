package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.kernel.config.Addresses;
import dev.capstan.mesos.master.MasterPlace;

/**
 * {@code mesos://host:5050}, {@code mesos://h1:5050,h2:5050}, {@code mesos://zk://z1:2181,z2:2181/mesos}, or {@code
 * mesos} for the cluster that the settings name.
 */
final class MesosUrl {
    static final String FORMS =
            "mesos://H:P[,H:P…] or mesos://zk://H:P[,H:P…]/PATH (an Apache Mesos cluster, by its masters or by their"
                    + " ZooKeeper), mesos (the one that capstan.mesos.master names)";

    private static final String SCHEME = "mesos://";
    private static final String CONFIGURED = "mesos";

    private MesosUrl() {}

    static boolean isMesos(MasterUrl url) {
        return url.text().startsWith(SCHEME) || url.text().equals(CONFIGURED);
    }

    /**
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    static void check(MasterUrl url) {
        if (!url.text().equals(CONFIGURED)) {
            MasterPlace unused = parse(url, "");
        }
    }

    /**
     * @param configured what {@code capstan.mesos.master} says
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    static MasterPlace parse(MasterUrl url, String configured) {
        boolean byName = url.text().equals(CONFIGURED);
        if (byName && configured.isBlank()) {
            throw new IllegalArgumentException(
                    "the master URL 'mesos' needs " + MesosKeys.MASTER.name() + " to say where the masters are");
        }
        String place = byName ? configured : url.text().substring(SCHEME.length());
        try {
            return MasterPlace.parse(place.startsWith(SCHEME) ? place.substring(SCHEME.length()) : place);
        } catch (IllegalArgumentException e) {
            String what = byName ? MesosKeys.MASTER.name() : "the master URL";
            String given = Addresses.withoutPassword(byName ? configured : url.text());
            throw new IllegalArgumentException(
                    what + " '" + given + "' is malformed: " + e.getMessage() + "; write " + FORMS, e);
        }
    }
}

package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.mesos.master.MasterPlace;

/** {@code mesos://host:5050}, {@code mesos://h1:5050,h2:5050} or {@code mesos://zk://z1:2181,z2:2181/mesos}. */
final class MesosUrl {
    static final String FORMS =
            "mesos://H:P[,H:P…] or mesos://zk://H:P[,H:P…]/PATH (an Apache Mesos cluster, by its masters or by their"
                    + " ZooKeeper)";

    private static final String SCHEME = "mesos://";

    private MesosUrl() {}

    static boolean isMesos(MasterUrl url) {
        return url.text().startsWith(SCHEME);
    }

    /**
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    static MasterPlace parse(MasterUrl url) {
        try {
            return MasterPlace.parse(url.text().substring(SCHEME.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the master URL '" + url + "' is malformed: " + e.getMessage() + "; write " + FORMS, e);
        }
    }
}

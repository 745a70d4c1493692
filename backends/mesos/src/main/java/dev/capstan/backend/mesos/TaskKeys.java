package dev.capstan.backend.mesos;

import static dev.capstan.kernel.config.ConfigKey.of;
import static dev.capstan.kernel.config.ConfigType.SECRET;
import static dev.capstan.kernel.config.ConfigType.SWITCH;
import static dev.capstan.kernel.config.ConfigType.TEXT;

import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigKeys;
import dev.capstan.kernel.config.ConfigType;

import java.util.List;

/** The settings of what runs on an agent: what the Mesos task of an executor holds besides its size. */
public final class TaskKeys implements ConfigKeys {
    /** At which port an executor listens. */
    enum Port {
        /** One that the agent has offered, for this executor alone. */
        OFFERED,
        /** Whichever is free. */
        ANY
    }

    /** Who runs containers on agents. */
    enum Containerizer {
        MESOS,
        DOCKER
    }

    static final ConfigKey<String> JAVA =
            of(
                    "capstan.mesos.java",
                    TEXT,
                    "",
                    "The java command of a JDK 25 on agents; empty means the path of the program's own, or else what"
                            + " capstan.mesos.javaUri brings, or else java on the path.");
    static final ConfigKey<String> JAVA_URI =
            of(
                    "capstan.mesos.javaUri",
                    TEXT,
                    "",
                    "An archive with a JDK 25 that agents fetch; for agents that have none.");
    static final ConfigKey<String> HOME =
            of(
                    "capstan.mesos.home",
                    TEXT,
                    "",
                    "The directory on agents with Capstan's jars; empty means that agents fetch them from the"
                            + " program.");
    static final ConfigKey<String> URIS =
            of(
                    "capstan.mesos.uris",
                    TEXT,
                    "",
                    "Further files that agents fetch into the working directory of an executor, with commas between"
                            + " them; archives are unpacked.");
    static final ConfigKey<Boolean> FETCHER_CACHE =
            of(
                    "capstan.mesos.fetcherCache",
                    SWITCH,
                    "false",
                    "Whether agents keep what they fetched by capstan.mesos.uris and .javaUri, for the next executor.");
    static final ConfigKey<Port> PORT =
            of(
                    "capstan.mesos.executor.port",
                    ConfigType.oneOf(Port.class),
                    "offered",
                    "Where an executor listens: at a port that its agent has offered, or at any that is free.");
    static final ConfigKey<String> ENVIRONMENT =
            of(
                    "capstan.mesos.executor.environment",
                    TEXT,
                    "",
                    "Environment variables of executors: NAME=VALUE; NAME=VALUE. Everybody who may look at the cluster"
                            + " sees them.");
    static final ConfigKey<String> SECRETS =
            of(
                    "capstan.mesos.executor.secrets",
                    SECRET,
                    "",
                    "Secrets of executors, which Mesos is told to be such: NAME=VALUE for an environment variable,"
                            + " file:PATH=VALUE for a file, with semicolons between them. A VALUE that begins with @"
                            + " is the name by which the cluster's own store knows the secret.");
    static final ConfigKey<String> LABELS =
            of(
                    "capstan.mesos.labels",
                    TEXT,
                    "",
                    "Labels of the Mesos tasks of executors, for whoever looks at the cluster: NAME=VALUE;"
                            + " NAME=VALUE.");
    static final ConfigKey<Containerizer> CONTAINERIZER =
            of(
                    "capstan.mesos.container.type",
                    ConfigType.oneOf(Containerizer.class),
                    "mesos",
                    "Who runs the images of executors on agents.");
    static final ConfigKey<String> IMAGE =
            of(
                    "capstan.mesos.container.image",
                    TEXT,
                    "",
                    "The Docker image that executors run in, which has a JDK 25 or gets one by capstan.mesos.javaUri;"
                            + " empty means that they run in none.");
    static final ConfigKey<Boolean> PULL =
            of(
                    "capstan.mesos.container.pull",
                    SWITCH,
                    "false",
                    "Whether agents fetch the image anew for each executor, even if they have it.");
    static final ConfigKey<String> VOLUMES =
            of(
                    "capstan.mesos.container.volumes",
                    TEXT,
                    "",
                    "Directories of agents that executors see: HOST:CONTAINER, or HOST:CONTAINER:ro to read only, with"
                            + " commas between them.");
    static final ConfigKey<String> PARAMETERS =
            of(
                    "capstan.mesos.container.parameters",
                    TEXT,
                    "",
                    "Further options of docker run: NAME=VALUE; NAME=VALUE. For containers of type docker only.");
    static final ConfigKey<String> NETWORK =
            of(
                    "capstan.mesos.container.network",
                    TEXT,
                    "host",
                    "The network of executors: host for that of their agent, bridge for Docker's, or the name of one"
                            + " where each has an address of its own.");
    static final ConfigKey<String> NETWORK_LABELS =
            of(
                    "capstan.mesos.container.networkLabels",
                    TEXT,
                    "",
                    "Labels for a network with a name, which its plug-in reads: NAME=VALUE; NAME=VALUE.");

    @Override
    public List<ConfigKey<?>> keys() {
        return List.of(
                JAVA,
                JAVA_URI,
                HOME,
                URIS,
                FETCHER_CACHE,
                PORT,
                ENVIRONMENT,
                SECRETS,
                LABELS,
                CONTAINERIZER,
                IMAGE,
                PULL,
                VOLUMES,
                PARAMETERS,
                NETWORK,
                NETWORK_LABELS);
    }
}

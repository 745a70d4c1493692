package dev.capstan.devcluster.mesos.message;

import dev.capstan.kernel.actor.Operation;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerID;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What an agent has done with processes. */
public sealed interface ContainerOperation extends Operation {
    /**
     * Fetches what the command needs and starts it. Told back: {@link AgentMessage.ContainerStarted} and later {@link
     * AgentMessage.ContainerExited}, or {@link AgentMessage.ContainerFailed}.
     *
     * @param directory where it runs and writes, created for it
     * @param environment all of it
     */
    record Start(ContainerID container, String directory, CommandInfo command, SequencedMap<String, String> environment)
            implements ContainerOperation {
        public Start {
            environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
        }
    }

    /** A volume begins, as an empty directory, if there is none. */
    record MakeVolume(String directory) implements ContainerOperation {}

    /** A volume ends with all that is in it. */
    record RemoveVolume(String directory) implements ContainerOperation {}

    /** A volume is to be found at a path of a sandbox, which may be about to begin. */
    record LinkVolume(String path, String volume) implements ContainerOperation {}

    /** Sends SIGTERM to all processes of a container. */
    record Terminate(ContainerID container) implements ContainerOperation {}

    /** Sends SIGKILL to all processes of a container, or gives up starting it. */
    record Destroy(ContainerID container) implements ContainerOperation {}
}

package dev.capstan.mesos.master;

import dev.capstan.mesos.resource.Needs;

import java.io.IOException;

/** Looks at a cluster for the reason why not enough is offered. */
@FunctionalInterface
public interface Lookout {
    /** For whom it is not worth the trouble. */
    Lookout NONE = (_, _) -> "";

    /**
     * @param role in which something waits
     * @param needs of what waits
     * @return in words; empty when there is nothing to be seen
     */
    String look(String role, Needs needs) throws IOException, InterruptedException;
}

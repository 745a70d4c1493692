package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.resource.ResourceBag;

import java.util.List;

/**
 * Where a task was put.
 *
 * @param agentId of the agent
 * @param hostname of the agent
 * @param resources that the task holds there
 * @param ports among them, in the order asked for
 */
public record Placement(String agentId, String hostname, ResourceBag resources, List<Integer> ports) {
    public Placement {
        ports = List.copyOf(ports);
    }
}

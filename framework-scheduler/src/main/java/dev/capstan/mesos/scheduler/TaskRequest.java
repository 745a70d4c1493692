package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

/**
 * A task that somebody wants to run.
 *
 * @param id of the task; never used for another one, not in a later run under the same framework id either
 * @param role whose resources it takes
 * @param needs what it takes of them
 * @param constraints on the agent
 * @param group whose tasks the constraints on several tasks (unique, group-by, max-per) count together
 * @param template everything else; its id, agent and resources are filled in. Where it has a command, that finds its
 *     ports as PORT0, PORT1, … and its agent as HOST in its environment; where it has a DiscoveryInfo, that names them;
 *     and on a bridge of Docker's each leads to the same port of the container
 * @param reservation that is made of what it takes, in the same moment; null for none
 */
public record TaskRequest(
        String id,
        String role,
        Needs needs,
        Constraints constraints,
        String group,
        TaskInfo template,
        @Nullable Reservation reservation)
        implements Request {
    public TaskRequest {
        Names.require("task", id);
        Launches.require(id, template);
    }

    /** What it takes stays as it is: reserved, or not. */
    public TaskRequest(String id, String role, Needs needs, Constraints constraints, String group, TaskInfo template) {
        this(id, role, needs, constraints, group, template, null);
    }

    /** The same, of what nobody has reserved, which is reserved as it is launched. */
    public TaskRequest reserving(Reservation with) {
        return new TaskRequest(id, role, needs, constraints, group, template, with);
    }
}

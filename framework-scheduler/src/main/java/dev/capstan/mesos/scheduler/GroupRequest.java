package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tasks that somebody wants to run together: on one agent, under one executor that Mesos brings along, launched all or
 * none. Each has a state of its own; when one is killed or fails, Mesos kills the others.
 *
 * <pre>{@code
 * new GroupRequest("dev", Constraints.parse("ssd exists"), "web", executor, Needs.of(100, 32_000).withDisk(32_000),
 *         List.of(new GroupRequest.Member("web-1", Needs.of(1_000, 256_000).withPorts(1), web),
 *                 new GroupRequest.Member("log-1", Needs.of(100, 64_000), log)));
 * }</pre>
 *
 * @param role whose resources all of them take
 * @param constraints on the agent
 * @param group whose tasks the constraints on several tasks (unique, group-by, max-per) count together; all of these
 *     count as one
 * @param executor its id, and what is common to the tasks, its network for instance; framework, resources and kind are
 *     filled in. Where an executor with this id runs tasks of another group, these join them: on its agent, under it as
 *     it was launched. It ends with the last of them
 * @param executorNeeds what the executor takes for itself; Mesos asks for 0.01 cpus, 32 mem and some disk at least.
 *     Nothing of it is taken by a group that joins another
 * @param tasks what runs
 * @param reservation that is made of what all of them take, in the same moment; null for none
 */
public record GroupRequest(
        String role,
        Constraints constraints,
        String group,
        ExecutorInfo executor,
        Needs executorNeeds,
        List<Member> tasks,
        @Nullable Reservation reservation)
        implements Request {

    /**
     * One of the tasks.
     *
     * @param id of the task; never used for another one, not in a later run under the same framework id either
     * @param needs what it takes
     * @param template everything else, filled in as that of a {@link TaskRequest}; it has no executor
     */
    public record Member(String id, Needs needs, TaskInfo template) {
        public Member {
            Names.require("task", id);
            if (template.hasExecutor()) {
                throw new IllegalArgumentException("task " + id + " of a group must not bring an executor of its own");
            }
            Launches.require(id, template);
        }
    }

    public GroupRequest {
        tasks = List.copyOf(tasks);
        Launches.require(executor);
        if (!executor.getCommand().equals(CommandInfo.getDefaultInstance())) {
            throw new IllegalArgumentException(
                    "executor "
                            + executor.getExecutorId().getValue()
                            + " of a group must have no command: Mesos brings it along");
        }
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("a group must have a task");
        }
        Set<String> ids = new HashSet<>();
        for (Member task : tasks) {
            if (!ids.add(task.id())) {
                throw new IllegalArgumentException("two tasks of a group are called " + task.id());
            }
        }
        if (has(executorNeeds, "cpus") < 10 || has(executorNeeds, "mem") < 32_000 || has(executorNeeds, "disk") < 1) {
            throw new IllegalArgumentException(
                    "Mesos asks for 0.01 cpus, 32 mem and some disk at least for the executor of a group, but it has "
                            + executorNeeds);
        }
    }

    private static long has(Needs needs, String scalar) {
        return needs.milliScalars().getOrDefault(scalar, 0L);
    }

    /** What it takes stays as it is: reserved, or not. */
    public GroupRequest(
            String role,
            Constraints constraints,
            String group,
            ExecutorInfo executor,
            Needs executorNeeds,
            List<Member> tasks) {
        this(role, constraints, group, executor, executorNeeds, tasks, null);
    }

    /** The same, of what nobody has reserved, which is reserved as it is launched. */
    public GroupRequest reserving(Reservation with) {
        return new GroupRequest(role, constraints, group, executor, executorNeeds, tasks, with);
    }

    /**
     * What is taken one after the other: by the executor, then by each task.
     *
     * @param joining whether the executor runs already
     */
    List<Needs> needs(boolean joining) {
        Stream<Needs> own = joining ? Stream.empty() : Stream.of(executorNeeds);
        return Stream.concat(own, tasks.stream().map(Member::needs)).toList();
    }

    String executorId() {
        return executor.getExecutorId().getValue();
    }
}

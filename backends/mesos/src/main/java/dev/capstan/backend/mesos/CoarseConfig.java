package dev.capstan.backend.mesos;

import dev.capstan.kernel.resource.Resources;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.TaskInfo;

import java.time.Duration;

/**
 * How executors are held on a Mesos cluster for as long as the program runs.
 *
 * @param prefix of the names of executors: no two runs have the same
 * @param role whose resources they take
 * @param lease what tasks may use of an executor
 * @param needs what an executor takes of its agent: that, and memory for the JVM itself
 * @param constraints on agents
 * @param count how many executors there are
 * @param unreachable for how long an agent may be away until its executors count as lost
 * @param command that starts one
 */
record CoarseConfig(
        String prefix,
        String role,
        Resources lease,
        Needs needs,
        Constraints constraints,
        ExecutorCount count,
        Duration unreachable,
        Command command) {
    /** Makes the Mesos task of an executor. */
    @FunctionalInterface
    interface Command {
        /**
         * @param executor its name, which is also that of its lease and of its Mesos task
         */
        TaskInfo template(String executor);
    }
}

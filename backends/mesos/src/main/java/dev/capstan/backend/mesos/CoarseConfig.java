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
 * @param least how many there are to be even while nothing runs
 * @param most how many there may be
 * @param idle for how long nothing must have run until those above the least are given back
 * @param unreachable for how long an agent may be away until its executors count as lost
 * @param command that starts one
 */
record CoarseConfig(
        String prefix,
        String role,
        Resources lease,
        Needs needs,
        Constraints constraints,
        int least,
        int most,
        Duration idle,
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

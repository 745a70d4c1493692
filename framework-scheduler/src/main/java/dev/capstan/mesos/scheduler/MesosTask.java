package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.TaskState;

/**
 * A task that was launched, or was about to be.
 *
 * @param id of it
 * @param agentId where it was sent
 * @param executorId that runs it; empty when Mesos runs it by an executor of its own
 * @param state last heard of; staging before
 * @param cancelled whether it is to be killed
 */
record MesosTask(String id, String agentId, String executorId, TaskState state, boolean cancelled) {
    MesosTask in(TaskState newState) {
        return new MesosTask(id, agentId, executorId, newState, cancelled);
    }

    MesosTask unwanted() {
        return new MesosTask(id, agentId, executorId, state, true);
    }
}

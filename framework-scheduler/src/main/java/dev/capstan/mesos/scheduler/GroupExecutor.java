package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.ExecutorInfo;

/**
 * An executor of groups that Mesos has brought along, or was about to. Masters take further groups under it only when
 * they say just the same of it.
 *
 * @param agentId where it runs
 * @param info as it was launched
 */
public record GroupExecutor(String agentId, ExecutorInfo info) {
    String id() {
        return info.getExecutorId().getValue();
    }

    /** Whose resources it takes; masters take tasks of the same role only. */
    String role() {
        return info.getResources(0).getAllocationInfo().getRole();
    }
}

package dev.capstan.mesos.executor;

import org.apache.mesos.v1.executor.Protos.Event;

/**
 * Which events of an agent can be used though something is missing in them: a value that is newer than we are is
 * missing to us. A task must have its name, so that something can be said of it; what else it lacks concerns who runs
 * it.
 */
final class ExecutorEventCheck {
    private ExecutorEventCheck() {}

    static boolean canBeUsed(Event event) {
        return switch (event.getType()) {
            case LAUNCH -> event.getLaunch().getTask().getTaskId().isInitialized();
            case LAUNCH_GROUP ->
                    event.getLaunchGroup().getTaskGroup().getTasksList().stream()
                            .allMatch(task -> task.getTaskId().isInitialized());
            case KILL -> event.getKill().getTaskId().isInitialized();
            case ACKNOWLEDGED, MESSAGE, ERROR -> event.isInitialized();
            case SUBSCRIBED, SHUTDOWN, HEARTBEAT, UNKNOWN -> true;
        };
    }

    /** In words. */
    static String missing(Event event) {
        return event.getType() + " without " + String.join(", ", event.findInitializationErrors());
    }
}

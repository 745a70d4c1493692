package dev.capstan.devcluster.mesos.agent;

import com.google.protobuf.ByteString;

import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.executor.Protos.Event;

import java.util.List;

/** What an agent tells executors. */
final class ExecutorEvents {
    private ExecutorEvents() {}

    static Event subscribed(ExecutorRun run, AgentInfo agent) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(
                        Event.Subscribed.newBuilder()
                                .setExecutorInfo(run.executor)
                                .setFrameworkInfo(run.framework)
                                .setAgentInfo(agent)
                                .setContainerId(run.container))
                .build();
    }

    static Event launch(TaskInfo task) {
        return Event.newBuilder().setType(Event.Type.LAUNCH).setLaunch(Event.Launch.newBuilder().setTask(task)).build();
    }

    static Event launchGroup(List<TaskInfo> tasks) {
        Event.Builder event = Event.newBuilder().setType(Event.Type.LAUNCH_GROUP);
        event.getLaunchGroupBuilder().getTaskGroupBuilder().addAllTasks(tasks);
        return event.build();
    }

    /**
     * @param asked by the framework with its call; one that it gave with the task the executor knows already
     */
    static Event kill(TaskID task, KillPolicy asked) {
        Event.Kill.Builder kill = Event.Kill.newBuilder().setTaskId(task);
        if (asked.hasGracePeriod()) {
            kill.setKillPolicy(asked);
        }
        return Event.newBuilder().setType(Event.Type.KILL).setKill(kill).build();
    }

    static Event acknowledged(TaskID task, ByteString uuid) {
        return Event.newBuilder()
                .setType(Event.Type.ACKNOWLEDGED)
                .setAcknowledged(Event.Acknowledged.newBuilder().setTaskId(task).setUuid(uuid))
                .build();
    }

    static Event message(ByteString data) {
        return Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(Event.Message.newBuilder().setData(data))
                .build();
    }

    static Event shutdown() {
        return Event.newBuilder().setType(Event.Type.SHUTDOWN).build();
    }
}

package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Outbox;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.kernel.actor.Address;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.master.Protos.Event;
import org.apache.mesos.v1.master.Protos.Response.GetAgents;
import org.apache.mesos.v1.master.Protos.Response.GetFrameworks;
import org.apache.mesos.v1.master.Protos.Response.GetState;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.Supplier;

/** Operators who want to hear what happens. It alone owns their streams. */
final class Watchers {
    /** As many as a master has by default; beyond them, who has listened longest must go. */
    private static final int MOST = 1_000;

    private static final double NANOS = 1e9;

    private final Outbox out;
    private final Duration heartbeatInterval;
    private final SequencedSet<Address> streams = new LinkedHashSet<>();

    Watchers(Outbox out, Duration heartbeatInterval) {
        this.out = out;
        this.heartbeatInterval = heartbeatInterval;
    }

    /** Someone listens from now on, and is told what there is. */
    void subscribe(Address stream, GetState state) {
        if (streams.size() >= MOST) {
            end(streams.removeFirst());
        }
        streams.add(stream);
        out.send(stream, new Reply.Opened(null));
        Event.Builder subscribed = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
        subscribed
                .getSubscribedBuilder()
                .setGetState(state)
                .setHeartbeatIntervalSeconds(heartbeatInterval.toNanos() / NANOS);
        out.send(stream, new Reply.Emitted(subscribed.build()));
        beat(stream);
    }

    private void end(Address stream) {
        out.disarm(timer(stream));
        out.send(stream, new Reply.Ended());
    }

    void beat(Address stream) {
        if (streams.contains(stream)) {
            out.send(stream, new Reply.Emitted(Event.newBuilder().setType(Event.Type.HEARTBEAT).build()));
            out.arm(timer(stream), heartbeatInterval, new MasterMessage.WatcherBeat(stream));
        }
    }

    void streamClosed(Address stream) {
        if (streams.remove(stream)) {
            out.disarm(timer(stream));
        }
    }

    private static String timer(Address stream) {
        return "watcher " + stream;
    }

    void taskAdded(Task task) {
        tell(() -> {
            Event.Builder event = Event.newBuilder().setType(Event.Type.TASK_ADDED);
            event.getTaskAddedBuilder().setTask(task);
            return event;
        });
    }

    /**
     * @param latest the newest state that is known, which may be ahead of the update
     */
    void taskUpdated(FrameworkID framework, TaskStatus status, TaskState latest) {
        tell(() -> {
            Event.Builder event = Event.newBuilder().setType(Event.Type.TASK_UPDATED);
            event.getTaskUpdatedBuilder().setFrameworkId(framework).setStatus(status).setState(latest);
            return event;
        });
    }

    void agentAdded(Supplier<GetAgents.Agent> agent) {
        tell(() -> {
            Event.Builder event = Event.newBuilder().setType(Event.Type.AGENT_ADDED);
            event.getAgentAddedBuilder().setAgent(agent.get());
            return event;
        });
    }

    void agentRemoved(AgentID agent) {
        tell(() -> {
            Event.Builder event = Event.newBuilder().setType(Event.Type.AGENT_REMOVED);
            event.getAgentRemovedBuilder().setAgentId(agent);
            return event;
        });
    }

    void frameworkAdded(Supplier<GetFrameworks.Framework> framework) {
        tell(() -> {
            Event.Builder event = Event.newBuilder().setType(Event.Type.FRAMEWORK_ADDED);
            event.getFrameworkAddedBuilder().setFramework(framework.get());
            return event;
        });
    }

    void frameworkUpdated(Supplier<GetFrameworks.Framework> framework) {
        tell(() -> {
            Event.Builder event = Event.newBuilder().setType(Event.Type.FRAMEWORK_UPDATED);
            event.getFrameworkUpdatedBuilder().setFramework(framework.get());
            return event;
        });
    }

    void frameworkRemoved(FrameworkInfo framework) {
        tell(() -> {
            Event.Builder event = Event.newBuilder().setType(Event.Type.FRAMEWORK_REMOVED);
            event.getFrameworkRemovedBuilder().setFrameworkInfo(framework);
            return event;
        });
    }

    /** Made only if there is somebody to hear it. */
    private void tell(Supplier<Event.Builder> event) {
        if (!streams.isEmpty()) {
            var emitted = new Reply.Emitted(event.get().build());
            streams.forEach(stream -> out.send(stream, emitted));
        }
    }
}

package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.Outbox;
import dev.capstan.devcluster.mesos.message.Reply;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.MachineID;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Who is there, and the ways to tell them something: what the parts of a master share. */
final class Roster {
    final MasterConfig config;
    final MasterInfo master;
    final Registry registry;
    final Outbox out = new Outbox();
    final Watchers watchers;
    final Usage usage = new Usage();
    final Map<FrameworkID, Framework> frameworks = new LinkedHashMap<>();

    /** Frameworks that were torn down, or did not come back in time. */
    final SequencedMap<FrameworkID, Framework> removed = new LinkedHashMap<>();

    final Map<AgentID, Agent> agents = new LinkedHashMap<>();
    private final long wallMinusNow;
    private long now;
    private long began = Long.MIN_VALUE;

    Roster(MasterConfig config, MasterInfo master, List<RegistryEntry> written, long wallMinusNow) {
        this.config = config;
        this.master = master;
        this.registry = new Registry(config, written);
        this.watchers = new Watchers(out, config.heartbeatInterval());
        this.wallMinusNow = wallMinusNow;
    }

    /** A message has come at this time. */
    void at(long nowNanos) {
        now = nowNanos;
        if (began == Long.MIN_VALUE) {
            began = nowNanos;
        }
    }

    long now() {
        return now;
    }

    /** Nanoseconds since 1970. */
    long wall() {
        return now + wallMinusNow;
    }

    /** When this master began, in nanoseconds since 1970. */
    long beganWall() {
        return began + wallMinusNow;
    }

    /** Remembers a change beyond this master; what is told after it waits until it is written. */
    void write(RegistryEntry entry) {
        out.persist(entry);
        registry.apply(entry);
    }

    /** The machine that an agent is on. */
    MachineID machine(Agent agent) {
        return MachineID.newBuilder().setHostname(agent.info.getHostname()).setIp(config.ip()).build();
    }

    /** Whether something of an agent may be offered. */
    boolean isUsable(Agent agent) {
        return agent.address != null && !registry.isDeactivated(agent.id);
    }

    void tell(Framework framework, Event event) {
        if (framework.stream != null) {
            out.send(framework.stream, new Reply.Emitted(event));
        }
    }

    void tell(FrameworkID id, Event event) {
        Framework framework = frameworks.get(id);
        if (framework != null) {
            tell(framework, event);
        }
    }

    void tell(AgentID id, AgentMessage message) {
        Agent agent = agents.get(id);
        if (agent != null && agent.address != null) {
            out.send(agent.address, message);
        }
    }

    /** A task has got further; who listens hears of it once. */
    void updated(Framework framework, KnownTask task, TaskStatus status, TaskState latest) {
        if (task.update(status, latest)) {
            watchers.taskUpdated(framework.id, status, task.state());
        }
    }

    void update(Framework framework, TaskStatus status) {
        tell(
                framework,
                Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(Event.Update.newBuilder().setStatus(status))
                        .build());
    }
}

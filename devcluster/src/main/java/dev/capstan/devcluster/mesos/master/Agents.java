package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.TaskStates;
import dev.capstan.kernel.actor.Address;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MachineID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.util.List;

/** How agents come, fall silent, come back and go. */
final class Agents {
    private static final System.Logger LOG = System.getLogger(Agents.class.getName());

    private final Roster roster;
    private final Offers offers;
    private final InverseOffers inverseOffers;
    private final Allocator allocator;
    private final Subscriptions subscriptions;
    private final Tasks tasks;
    private final OfferOperations operations;
    private int agentCount;

    Agents(
            Roster roster,
            Offers offers,
            InverseOffers inverseOffers,
            Allocator allocator,
            Subscriptions subscriptions,
            Tasks tasks,
            OfferOperations operations) {
        this.roster = roster;
        this.offers = offers;
        this.inverseOffers = inverseOffers;
        this.allocator = allocator;
        this.subscriptions = subscriptions;
        this.tasks = tasks;
        this.operations = operations;
    }

    /** Agents that masters before this one knew are given time to come back. */
    void awaitReturn() {
        if (roster.registry.awaitsAny()) {
            roster.out.arm("return", roster.config.reregisterTimeout(), new MasterMessage.ReregistrationExpired());
        }
    }

    void giveUpAwaited() {
        TimeInfo since = TimeInfo.newBuilder().setNanoseconds(roster.wall()).build();
        for (AgentInfo each : roster.registry.awaited()) {
            roster.registry.noLongerAwaited(each.getId());
            roster.write(new RegistryEntry.AgentUnreachable(each.getId(), since));
        }
    }

    void register(MasterMessage.RegisterAgent register) {
        AgentInfo wanted = register.info();
        if (isUnwanted(wanted)) {
            for (FrameworkInfo each : register.frameworks()) {
                roster.out.send(register.from(), new AgentMessage.ShutdownFramework(each.getId()));
            }
            return;
        }
        AgentID id =
                wanted.hasId()
                        ? wanted.getId()
                        : AgentID.newBuilder().setValue(roster.master.getId() + "-S" + agentCount++).build();
        boolean wasUnreachable = roster.registry.unreachableSince(id) != null;
        Agent known = roster.agents.get(id);
        if (known != null) {
            offers.rescind(offer -> offer.agent() == known);
            known.leave();
        }
        AgentInfo info = wanted.toBuilder().setId(id).build();
        if (!roster.registry.isAdmitted(info)) {
            roster.write(new RegistryEntry.AgentAdmitted(info));
        }
        roster.registry.noLongerAwaited(id);
        ResourceBag total = ResourceBag.of(ResourceForm.within(register.total()));
        Agent agent = new Agent(id, info, total, register.from(), roster.wall(), roster.usage);
        roster.agents.put(id, agent);
        register.frameworks().forEach(subscriptions::recovered);
        for (ExecutorInfo executor : register.executors()) {
            if (roster.frameworks.containsKey(executor.getFrameworkId())) {
                agent.addExecutor(executor.getFrameworkId(), executor);
                agent.allocate(executor.getFrameworkId(), ResourceBag.of(executor.getResourcesList()));
            }
        }
        register.tasks().forEach(task -> returnedTask(agent, task, wasUnreachable, known == null));
        if (known == null) {
            roster.watchers.agentAdded(() -> new OperatorView(roster, offers, operations).agent(agent));
        } else {
            tasksThatAreMissing(agent, register.tasks());
        }
        roster.out.send(register.from(), new AgentMessage.Registered(id));
        operations.returned(id, register.operations());
        Registry.Drain drain = roster.registry.drain(id);
        if (drain != null && !drain.isDone()) {
            roster.tell(id, new AgentMessage.Drain(drain.config())); // a restarted one does not know
        }
        roster.out.arm(pingTimer(id), roster.config.pingInterval(), new MasterMessage.PingAgent(id));
        LOG.log(System.Logger.Level.INFO, "agent {0} registered", id.getValue());
        allocator.allocate();
    }

    /** It was given up for ever, or its machine is down. */
    private boolean isUnwanted(AgentInfo info) {
        MachineID machine = MachineID.newBuilder().setHostname(info.getHostname()).setIp(roster.config.ip()).build();
        return roster.registry.isGone(info.getId()) || roster.registry.isDown(machine);
    }

    private void returnedTask(Agent agent, Task task, boolean wasUnreachable, boolean isNew) {
        Framework framework = roster.frameworks.get(task.getFrameworkId());
        if (framework == null) {
            roster.tell(agent.id, new AgentMessage.ShutdownFramework(task.getFrameworkId()));
            return;
        }
        KnownTask returned = KnownTask.reported(task);
        framework.tasks.put(returned.id(), returned);
        framework.isBack(returned.id());
        if (isNew) {
            roster.watchers.taskAdded(task);
        }
        if (TaskStates.isTerminal(task.getState())) {
            returned.forceRelease();
        } else {
            agent.allocate(framework.id, ResourceBag.of(task.getResourcesList()));
        }
        if (wasUnreachable) {
            roster.update(
                    framework,
                    Statuses.of(
                            returned.answer(),
                            returned.state(),
                            TaskStatus.Reason.REASON_AGENT_REREGISTERED,
                            "Unreachable agent re-reregistered",
                            roster.wall()));
        }
    }

    /** What was launched, but the agent has never heard of or has lost. */
    private void tasksThatAreMissing(Agent agent, List<Task> reported) {
        var ids = reported.stream().map(Task::getTaskId).toList();
        for (Framework framework : roster.frameworks.values()) {
            for (KnownTask task : List.copyOf(framework.tasks.values())) {
                if (task.agent().equals(agent.id) && !ids.contains(task.id())) {
                    tasks.lose(
                            framework,
                            task,
                            Statuses.forFramework(framework, TaskState.TASK_DROPPED),
                            TaskStatus.Reason.REASON_RECONCILIATION,
                            "Task is unknown to the agent");
                }
            }
        }
    }

    void linkBroke(Address address) {
        for (Agent agent : List.copyOf(roster.agents.values())) {
            if (address.equals(agent.address)) {
                agent.address = null;
                offers.rescind(offer -> offer.agent() == agent);
                roster.frameworks.values().stream()
                        .filter(framework -> !framework.info.getCheckpoint())
                        .forEach(framework -> loseAll(framework, agent));
            }
        }
    }

    /** What does not outlive its agent ends with the link to it, whatever the framework understands. */
    private void loseAll(Framework framework, Agent agent) {
        for (KnownTask task : List.copyOf(framework.tasks.values())) {
            if (task.agent().equals(agent.id)) {
                tasks.lose(
                        framework,
                        task,
                        TaskState.TASK_LOST,
                        TaskStatus.Reason.REASON_AGENT_DISCONNECTED,
                        "Agent " + agent.info.getHostname() + " disconnected");
            }
        }
        agent.recoverAll(framework.id);
        agent.removeExecutors(framework.id);
    }

    void ping(AgentID id) {
        Agent agent = roster.agents.get(id);
        if (agent == null) {
            return;
        }
        if (agent.missedPings >= roster.config.mostMissedPings()) {
            markUnreachable(agent);
            return;
        }
        agent.missedPings++;
        roster.tell(id, new AgentMessage.Ping());
        roster.out.arm(pingTimer(id), roster.config.pingInterval(), new MasterMessage.PingAgent(id));
    }

    void pong(AgentID id) {
        Agent agent = roster.agents.get(id);
        if (agent != null) {
            agent.missedPings = 0;
        }
    }

    private void markUnreachable(Agent agent) {
        TimeInfo since = TimeInfo.newBuilder().setNanoseconds(roster.wall()).build();
        offers.rescind(offer -> offer.agent() == agent);
        roster.agents.remove(agent.id);
        inverseOffers.rescind(each -> each == agent);
        agent.leave();
        roster.write(new RegistryEntry.AgentUnreachable(agent.id, since));
        operations.lost(agent.id, OperationState.OPERATION_UNREACHABLE, "Agent was marked unreachable");
        for (Framework framework : roster.frameworks.values()) {
            for (KnownTask task : List.copyOf(framework.tasks.values())) {
                if (task.agent().equals(agent.id)) {
                    tasks.lose(
                            framework,
                            task,
                            Statuses.forFramework(framework, TaskState.TASK_UNREACHABLE),
                            TaskStatus.Reason.REASON_AGENT_REMOVED,
                            "health check timed out",
                            since);
                }
            }
        }
        tellGone(agent);
        LOG.log(System.Logger.Level.INFO, "agent {0} is unreachable", agent.id.getValue());
    }

    /** An agent leaves for good: its tasks are lost, whatever their frameworks understand. */
    void leaves(Address address) {
        for (Agent agent : List.copyOf(roster.agents.values())) {
            if (address.equals(agent.address)) {
                remove(agent, "Agent " + agent.info.getHostname() + " removed: the agent unregistered");
                roster.write(new RegistryEntry.AgentRemoved(agent.id));
                roster.watchers.agentRemoved(agent.id);
            }
        }
    }

    /** An operator ends an agent: its tasks are lost, and it is told to end. */
    void shutDown(Agent agent, String reason) {
        endTasks(agent);
        remove(agent, "Agent " + agent.info.getHostname() + " removed: " + reason);
        roster.write(new RegistryEntry.AgentRemoved(agent.id));
        roster.watchers.agentRemoved(agent.id);
    }

    private void endTasks(Agent agent) {
        roster.frameworks.keySet().forEach(id -> roster.tell(agent.id, new AgentMessage.ShutdownFramework(id)));
    }

    /** An operator says that an agent will never come back. */
    void giveUp(Agent agent) {
        endTasks(agent);
        operations.lost(agent.id, OperationState.OPERATION_GONE_BY_OPERATOR, "Agent has been marked gone");
        for (Framework framework : roster.frameworks.values()) {
            for (KnownTask task : List.copyOf(framework.tasks.values())) {
                if (task.agent().equals(agent.id) && task.isOver()) {
                    framework.complete(task);
                } else if (task.agent().equals(agent.id)) {
                    tasks.lose(
                            framework,
                            task,
                            Statuses.forFramework(framework, TaskState.TASK_GONE_BY_OPERATOR),
                            TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR,
                            "Agent has been marked gone");
                }
            }
        }
        remove(agent, "");
        roster.write(new RegistryEntry.AgentGone(agent.id));
    }

    private void remove(Agent agent, String message) {
        offers.rescind(offer -> offer.agent() == agent);
        inverseOffers.rescind(each -> each == agent);
        roster.agents.remove(agent.id);
        agent.leave();
        operations.forget(agent.id);
        roster.out.disarm(pingTimer(agent.id));
        for (Framework framework : roster.frameworks.values()) {
            for (KnownTask task : List.copyOf(framework.tasks.values())) {
                if (task.agent().equals(agent.id)) {
                    tasks.lose(framework, task, TaskState.TASK_LOST, TaskStatus.Reason.REASON_AGENT_REMOVED, message);
                }
            }
        }
        tellGone(agent);
    }

    private void tellGone(Agent agent) {
        Event failure =
                Event.newBuilder()
                        .setType(Event.Type.FAILURE)
                        .setFailure(Event.Failure.newBuilder().setAgentId(agent.id))
                        .build();
        roster.frameworks.keySet().forEach(framework -> roster.tell(framework, failure));
    }

    void executorExited(MasterMessage.ExecutorExited exited) {
        Agent agent = roster.agents.get(exited.agent());
        if (agent == null) {
            return;
        }
        ExecutorInfo executor = agent.removeExecutor(exited.framework(), exited.executor());
        if (executor != null) {
            agent.recover(exited.framework(), ResourceBag.of(executor.getResourcesList()));
            roster.tell(
                    exited.framework(),
                    Event.newBuilder()
                            .setType(Event.Type.FAILURE)
                            .setFailure(
                                    Event.Failure.newBuilder()
                                            .setAgentId(agent.id)
                                            .setExecutorId(exited.executor())
                                            .setStatus(exited.status()))
                            .build());
        }
    }

    private static String pingTimer(AgentID agent) {
        return "ping " + agent.getValue();
    }
}

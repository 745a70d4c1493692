package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;

import java.time.Duration;
import java.util.List;

/**
 * Calls to the master on one connection.
 *
 * @param connection whose end makes them void
 * @param frameworkId by which the master knows us
 */
record Calls(long connection, FrameworkID frameworkId) {
    private static final double NANOS_PER_SECOND = 1e9;

    static Calls on(Subscription subscription, Book book) {
        return new Calls(subscription.number(), FrameworkID.newBuilder().setValue(book.frameworkId()).build());
    }

    /**
     * The first call on a connection.
     *
     * @param frameworkId that masters have given us; empty when none has
     * @param suppressed roles that want no offers
     */
    static Call subscribe(FrameworkDescription description, String frameworkId, List<String> suppressed) {
        var call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        var subscribe = call.getSubscribeBuilder().addAllSuppressedRoles(suppressed);
        subscribe.setFrameworkInfo(description.framework());
        if (!frameworkId.isEmpty()) {
            call.getFrameworkIdBuilder().setValue(frameworkId);
            subscribe.getFrameworkInfoBuilder().getIdBuilder().setValue(frameworkId);
        }
        if (description.offerConstraints().getRoleConstraintsCount() > 0) {
            subscribe.setOfferConstraints(description.offerConstraints());
        }
        return call.build();
    }

    /** Uses offers of one agent; what they hold besides is refused for a while. */
    Effect accept(List<OfferID> offers, List<Offer.Operation> operations, Duration refuse) {
        return say(
                Call.newBuilder()
                        .setType(Call.Type.ACCEPT)
                        .setAccept(
                                Call.Accept.newBuilder()
                                        .addAllOfferIds(offers)
                                        .addAllOperations(operations)
                                        .setFilters(filters(refuse))));
    }

    Effect decline(List<OfferID> offers, Duration refuse) {
        return say(
                Call.newBuilder()
                        .setType(Call.Type.DECLINE)
                        .setDecline(Call.Decline.newBuilder().addAllOfferIds(offers).setFilters(filters(refuse))));
    }

    /** Agrees that agents go down; who agrees may still be surprised. */
    Effect acceptInverse(List<OfferID> offers) {
        return say(
                Call.newBuilder()
                        .setType(Call.Type.ACCEPT_INVERSE_OFFERS)
                        .setAcceptInverseOffers(Call.AcceptInverseOffers.newBuilder().addAllInverseOfferIds(offers)));
    }

    Effect revive(List<String> roles) {
        return say(Call.newBuilder().setType(Call.Type.REVIVE).setRevive(Call.Revive.newBuilder().addAllRoles(roles)));
    }

    Effect suppress(List<String> roles) {
        return say(
                Call.newBuilder()
                        .setType(Call.Type.SUPPRESS)
                        .setSuppress(Call.Suppress.newBuilder().addAllRoles(roles)));
    }

    /** Without an agent the master looks for the task itself. */
    Effect kill(String taskId, String agentId) {
        var kill = Call.Kill.newBuilder().setTaskId(task(taskId));
        if (!agentId.isEmpty()) {
            kill.setAgentId(agent(agentId));
        }
        return say(Call.newBuilder().setType(Call.Type.KILL).setKill(kill));
    }

    /** Only for a status that has a uuid: others were made by the master, which waits for nothing. */
    Effect acknowledge(TaskStatus status) {
        return say(
                Call.newBuilder()
                        .setType(Call.Type.ACKNOWLEDGE)
                        .setAcknowledge(
                                Call.Acknowledge.newBuilder()
                                        .setAgentId(status.getAgentId())
                                        .setTaskId(status.getTaskId())
                                        .setUuid(status.getUuid())));
    }

    /** As {@link #acknowledge(TaskStatus)}, for operations. */
    Effect acknowledge(OperationStatus status) {
        var acknowledge =
                Call.AcknowledgeOperationStatus.newBuilder()
                        .setOperationId(status.getOperationId())
                        .setUuid(status.getUuid().getValue());
        if (status.hasAgentId()) {
            acknowledge.setAgentId(status.getAgentId());
        }
        if (status.hasResourceProviderId()) {
            acknowledge.setResourceProviderId(status.getResourceProviderId());
        }
        return say(
                Call.newBuilder()
                        .setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
                        .setAcknowledgeOperationStatus(acknowledge));
    }

    /** Asks for the states of tasks; for those of all tasks that the master knows when there are none. */
    Effect reconcile(List<MesosTask> tasks) {
        var reconcile = Call.Reconcile.newBuilder();
        for (MesosTask task : tasks) {
            reconcile.addTasks(
                    Call.Reconcile.Task.newBuilder().setTaskId(task(task.id())).setAgentId(agent(task.agentId())));
        }
        return say(Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(reconcile));
    }

    /** Asks for the states of operations. */
    Effect reconcileOperations(List<MesosOperation> operations) {
        var reconcile = Call.ReconcileOperations.newBuilder();
        for (MesosOperation operation : operations) {
            reconcile.addOperations(
                    Call.ReconcileOperations.Operation.newBuilder()
                            .setOperationId(OperationID.newBuilder().setValue(operation.id()))
                            .setAgentId(agent(operation.agentId())));
        }
        return say(Call.newBuilder().setType(Call.Type.RECONCILE_OPERATIONS).setReconcileOperations(reconcile));
    }

    /**
     * Makes another description of us known.
     *
     * @param suppressed roles of it that want no offers
     */
    Effect update(FrameworkDescription description, List<String> suppressed) {
        var update =
                Call.UpdateFramework.newBuilder()
                        .setFrameworkInfo(description.framework().toBuilder().setId(frameworkId))
                        .addAllSuppressedRoles(suppressed);
        if (description.offerConstraints().getRoleConstraintsCount() > 0) {
            update.setOfferConstraints(description.offerConstraints());
        }
        return say(Call.newBuilder().setType(Call.Type.UPDATE_FRAMEWORK).setUpdateFramework(update));
    }

    Effect shutDown(String executorId, String agentId) {
        return say(
                Call.newBuilder()
                        .setType(Call.Type.SHUTDOWN)
                        .setShutdown(
                                Call.Shutdown.newBuilder()
                                        .setExecutorId(executor(executorId))
                                        .setAgentId(agent(agentId))));
    }

    Effect message(String executorId, String agentId, Bytes data) {
        return say(
                Call.newBuilder()
                        .setType(Call.Type.MESSAGE)
                        .setMessage(
                                Call.Message.newBuilder()
                                        .setExecutorId(executor(executorId))
                                        .setAgentId(agent(agentId))
                                        .setData(data.value())));
    }

    Effect teardown() {
        return say(Call.newBuilder().setType(Call.Type.TEARDOWN));
    }

    private Effect say(Call.Builder call) {
        return new Effect.Perform(new MasterOperation.Say(connection, call.setFrameworkId(frameworkId).build()));
    }

    private static Filters filters(Duration refuse) {
        return Filters.newBuilder().setRefuseSeconds(refuse.toNanos() / NANOS_PER_SECOND).build();
    }

    static TaskID task(String id) {
        return TaskID.newBuilder().setValue(id).build();
    }

    static AgentID agent(String id) {
        return AgentID.newBuilder().setValue(id).build();
    }

    private static ExecutorID executor(String id) {
        return ExecutorID.newBuilder().setValue(id).build();
    }
}

package dev.capstan.devcluster.mesos.master;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.Uuids;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Operation;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What becomes of operations on resources. It alone knows those whose end their frameworks have not acknowledged.
 *
 * <p>A reservation or a volume is there for the master as soon as it has accepted the operation; the agent, which is
 * told of it before any task that needs it, says that it is done. A framework hears of that only if it has given the
 * operation an id.
 */
final class OfferOperations {
    private static final System.Logger LOG = System.getLogger(OfferOperations.class.getName());

    private final Roster roster;
    private final RandomGenerator random;

    /** By the uuid that the master has given them. */
    private final Map<ByteString, Operation> known = new LinkedHashMap<>();

    OfferOperations(Roster roster, RandomGenerator random) {
        this.roster = roster;
        this.random = random;
    }

    /**
     * Carries an operation of a framework out, or says why not.
     *
     * @param operation in the form used within
     * @param left what the framework still holds of the agent
     * @return what it holds then
     */
    ResourceBag carryOut(Framework framework, Offer.Operation operation, Agent agent, ResourceBag left) {
        String fault = fault(operation, framework.info, agent);
        if (fault != null) {
            refuse(framework, operation, fault);
            return left;
        }
        Conversion conversion = Conversion.of(operation);
        if (!left.contains(conversion.consumed())) {
            refuse(
                    framework,
                    operation,
                    isResize(operation)
                            ? "Invalid " + operation.getType() + " operation: " + lack(left, conversion)
                            : lack(left, conversion));
            return left;
        }
        agent.convert(framework.id, conversion);
        apply(operation, framework.id, agent);
        return left.minus(conversion.consumed()).plus(conversion.converted());
    }

    /** Whether its volume is there with the next offer only. */
    static boolean isResize(Offer.Operation operation) {
        return operation.getType() == Offer.Operation.Type.GROW_VOLUME
                || operation.getType() == Offer.Operation.Type.SHRINK_VOLUME;
    }

    /**
     * What is wrong with an operation; null if nothing is.
     *
     * @param framework whose it is; null for one of an operator
     */
    @Nullable String fault(Offer.Operation operation, @Nullable FrameworkInfo framework, Agent agent) {
        String fault = OperationCheck.fault(operation, framework, agent.total().toProtos(), usedOn(agent.id));
        return fault == null ? null : fault + "; on agent " + text(agent);
    }

    /** What tasks have that have not ended. */
    private List<Resource> usedOn(AgentID agent) {
        return roster.frameworks.values().stream()
                .flatMap(each -> each.tasks.values().stream())
                .filter(task -> task.agent().equals(agent) && !task.isOver())
                .flatMap(task -> task.resources().stream())
                .toList();
    }

    /** What is said of resources that are not there. */
    static String lack(ResourceBag there, Conversion conversion) {
        return ResourceForm.text(there.toProtos())
                + " does not contain "
                + ResourceForm.text(conversion.consumed().toProtos());
    }

    private String text(Agent agent) {
        return agent.id.getValue()
                + " at slave(1)@"
                + roster.config.ip()
                + ":"
                + agent.info.getPort()
                + " ("
                + agent.info.getHostname()
                + ")";
    }

    /** Tells the agent what its resources are from now on. */
    void apply(Offer.Operation info, @Nullable FrameworkID framework, Agent agent) {
        Operation.Builder operation =
                Operation.newBuilder()
                        .setAgentId(agent.id)
                        .setInfo(info)
                        .setUuid(UUID.newBuilder().setValue(Uuids.bytes(Uuids.random(random))));
        OperationStatus.Builder pending = OperationStatus.newBuilder().setState(OperationState.OPERATION_PENDING);
        if (info.hasId()) {
            pending.setOperationId(info.getId()).setAgentId(agent.id);
        }
        operation.setLatestStatus(pending);
        if (framework != null) {
            operation.setFrameworkId(framework);
        }
        if (isHeardOf(operation)) {
            known.put(operation.getUuid().getValue(), operation.build());
        }
        roster.tell(agent.id, new AgentMessage.ApplyOperation(operation.build(), agent.total().toProtos()));
    }

    private static boolean isHeardOf(Operation.Builder operation) {
        return operation.hasFrameworkId() && operation.getInfo().hasId();
    }

    /** The operation is not carried out. Who gave it no id is not told, as with a real master. */
    void refuse(Framework framework, Offer.Operation operation, String why) {
        LOG.log(
                System.Logger.Level.INFO,
                "{0} of framework {1} is not carried out: {2}",
                operation.getType(),
                framework.id.getValue(),
                why);
        if (operation.hasId()) {
            tell(
                    framework,
                    OperationStatus.newBuilder()
                            .setOperationId(operation.getId())
                            .setState(OperationState.OPERATION_ERROR)
                            .setMessage(why)
                            .build());
        }
    }

    /** An agent says how an operation has ended. */
    void updateArrived(AgentID agent, Operation told) {
        Operation operation = known.get(told.getUuid().getValue());
        Framework framework = roster.frameworks.get(told.getFrameworkId());
        if (operation == null || framework == null || !roster.agents.containsKey(agent)) {
            return;
        }
        OperationStatus status = told.getLatestStatus();
        var updated = operation.toBuilder().setLatestStatus(status);
        if (!operation.getStatusesList().contains(status)) {
            updated.addStatuses(status);
        }
        known.put(operation.getUuid().getValue(), updated.build());
        tell(framework, status);
    }

    /** A framework has seen the end of an operation: nobody needs to know of it any more. */
    void acknowledge(Framework framework, Call.AcknowledgeOperationStatus call) {
        Operation operation = of(framework, call.getOperationId());
        boolean isKnown = operation != null && operation.getLatestStatus().getUuid().getValue().equals(call.getUuid());
        if (!isKnown || operation == null || !roster.agents.containsKey(operation.getAgentId())) {
            return;
        }
        known.remove(operation.getUuid().getValue());
        roster.tell(
                operation.getAgentId(),
                new AgentMessage.AcknowledgeOperation(operation.getUuid().getValue(), call.getUuid()));
    }

    private @Nullable Operation of(Framework framework, OperationID id) {
        return known.values().stream()
                .filter(each -> each.getFrameworkId().equals(framework.id) && each.getInfo().getId().equals(id))
                .findFirst()
                .orElse(null);
    }

    void reconcile(Framework framework, Call.ReconcileOperations reconcile) {
        if (reconcile.getOperationsCount() == 0) {
            List.copyOf(known.values()).stream()
                    .filter(each -> each.getFrameworkId().equals(framework.id))
                    .forEach(each -> tell(framework, each.getLatestStatus()));
            return;
        }
        for (var asked : reconcile.getOperationsList()) {
            Operation operation = of(framework, asked.getOperationId());
            tell(
                    framework,
                    operation != null
                            ? operation.getLatestStatus()
                            : unknown(asked.getOperationId(), asked.hasAgentId() ? asked.getAgentId() : null));
        }
    }

    private OperationStatus unknown(OperationID id, @Nullable AgentID agent) {
        OperationStatus.Builder status =
                OperationStatus.newBuilder().setOperationId(id).setState(OperationState.OPERATION_UNKNOWN);
        if (agent == null) {
            return status.setMessage("Reconciliation: Operation is unknown and no 'agent_id' was provided").build();
        }
        status.setAgentId(agent);
        if (roster.agents.containsKey(agent)) {
            status.setMessage("Reconciliation: Operation is unknown");
        } else if (roster.registry.awaits(agent)) {
            status.setState(OperationState.OPERATION_RECOVERING)
                    .setMessage("Reconciliation: Agent is recovered but has not re-registered");
        } else if (roster.registry.unreachableSince(agent) != null) {
            status.setState(OperationState.OPERATION_UNREACHABLE).setMessage("Reconciliation: Agent is unreachable");
        } else if (roster.registry.isGone(agent)) {
            status.setState(OperationState.OPERATION_GONE_BY_OPERATOR)
                    .setMessage("Reconciliation: Agent marked gone by operator");
        } else {
            status.setMessage("Reconciliation: Both operation and agent are unknown");
        }
        return status.build();
    }

    /** An agent is back with the operations whose end was not acknowledged; what it never got is dropped there. */
    void returned(AgentID agent, List<Operation> reported) {
        List<ByteString> uuids = reported.stream().map(each -> each.getUuid().getValue()).toList();
        for (Operation each : List.copyOf(known.values())) {
            if (each.getAgentId().equals(agent) && !uuids.contains(each.getUuid().getValue())) {
                roster.tell(agent, new AgentMessage.DropOperation(each));
            }
        }
        reported.forEach(each -> known.put(each.getUuid().getValue(), each));
    }

    /** An agent is gone: what it was to do is told to have ended so, once and without a uuid. */
    void lost(AgentID agent, OperationState state, String message) {
        for (Operation each : List.copyOf(known.values())) {
            Framework framework = roster.frameworks.get(each.getFrameworkId());
            if (each.getAgentId().equals(agent)) {
                known.remove(each.getUuid().getValue());
                if (framework != null) {
                    tell(
                            framework,
                            OperationStatus.newBuilder()
                                    .setOperationId(each.getInfo().getId())
                                    .setState(state)
                                    .setMessage(message)
                                    .setAgentId(agent)
                                    .build());
                }
            }
        }
    }

    /** An agent has left without being given up: nobody is told. */
    void forget(AgentID agent) {
        known.values().removeIf(each -> each.getAgentId().equals(agent));
    }

    void forget(FrameworkID framework) {
        known.values().removeIf(each -> each.getFrameworkId().equals(framework));
    }

    List<Operation> all() {
        return List.copyOf(known.values());
    }

    private void tell(Framework framework, OperationStatus status) {
        roster.tell(
                framework,
                Event.newBuilder()
                        .setType(Event.Type.UPDATE_OPERATION_STATUS)
                        .setUpdateOperationStatus(Event.UpdateOperationStatus.newBuilder().setStatus(status))
                        .build());
    }
}

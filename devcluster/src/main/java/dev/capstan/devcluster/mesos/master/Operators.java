package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.maintenance.Protos.ClusterStatus;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What operators change. */
final class Operators {
    private final Roster roster;
    private final Offers offers;
    private final Subscriptions subscriptions;
    private final Draining draining;
    private final Maintenance maintenance;
    private final OfferOperations operations;

    Operators(
            Roster roster,
            Offers offers,
            Subscriptions subscriptions,
            Draining draining,
            Maintenance maintenance,
            OfferOperations operations) {
        this.roster = roster;
        this.offers = offers;
        this.subscriptions = subscriptions;
        this.draining = draining;
        this.maintenance = maintenance;
        this.operations = operations;
    }

    Reply answer(Call call) {
        return switch (call.getType()) {
            case TEARDOWN -> tearDown(call.getTeardown().getFrameworkId());
            case UPDATE_QUOTA -> {
                call.getUpdateQuota().getQuotaConfigsList().forEach(this::setQuota);
                yield new Reply.Done();
            }
            case UPDATE_MAINTENANCE_SCHEDULE -> maintenance.schedule(call.getUpdateMaintenanceSchedule().getSchedule());
            case START_MAINTENANCE -> maintenance.start(call.getStartMaintenance().getMachinesList());
            case STOP_MAINTENANCE -> maintenance.stop(call.getStopMaintenance().getMachinesList());
            case GET_MAINTENANCE_STATUS -> answered(call, maintenance.status());
            case DRAIN_AGENT -> draining.drain(call.getDrainAgent());
            case DEACTIVATE_AGENT -> draining.deactivate(call.getDeactivateAgent().getAgentId());
            case REACTIVATE_AGENT -> draining.reactivate(call.getReactivateAgent().getAgentId());
            case MARK_AGENT_GONE -> draining.markGone(call.getMarkAgentGone().getAgentId());
            case UPDATE_WEIGHTS -> setWeights(call.getUpdateWeights());
            case RESERVE_RESOURCES ->
                    convert(
                            call.getReserveResources().getAgentId(),
                            Offer.Operation.newBuilder()
                                    .setType(Offer.Operation.Type.RESERVE)
                                    .setReserve(
                                            Offer.Operation.Reserve.newBuilder()
                                                    .addAllSource(call.getReserveResources().getSourceList())
                                                    .addAllResources(call.getReserveResources().getResourcesList())));
            case UNRESERVE_RESOURCES ->
                    convert(
                            call.getUnreserveResources().getAgentId(),
                            Offer.Operation.newBuilder()
                                    .setType(Offer.Operation.Type.UNRESERVE)
                                    .setUnreserve(
                                            Offer.Operation.Unreserve.newBuilder()
                                                    .addAllResources(call.getUnreserveResources().getResourcesList())));
            case CREATE_VOLUMES ->
                    convert(
                            call.getCreateVolumes().getAgentId(),
                            Offer.Operation.newBuilder()
                                    .setType(Offer.Operation.Type.CREATE)
                                    .setCreate(
                                            Offer.Operation.Create.newBuilder()
                                                    .addAllVolumes(call.getCreateVolumes().getVolumesList())));
            case DESTROY_VOLUMES ->
                    convert(
                            call.getDestroyVolumes().getAgentId(),
                            Offer.Operation.newBuilder()
                                    .setType(Offer.Operation.Type.DESTROY)
                                    .setDestroy(
                                            Offer.Operation.Destroy.newBuilder()
                                                    .addAllVolumes(call.getDestroyVolumes().getVolumesList())));
            case GROW_VOLUME ->
                    convert(
                            call.getGrowVolume().getAgentId(),
                            Offer.Operation.newBuilder()
                                    .setType(Offer.Operation.Type.GROW_VOLUME)
                                    .setGrowVolume(
                                            Offer.Operation.GrowVolume.newBuilder()
                                                    .setVolume(call.getGrowVolume().getVolume())
                                                    .setAddition(call.getGrowVolume().getAddition())));
            case SHRINK_VOLUME ->
                    convert(
                            call.getShrinkVolume().getAgentId(),
                            Offer.Operation.newBuilder()
                                    .setType(Offer.Operation.Type.SHRINK_VOLUME)
                                    .setShrinkVolume(
                                            Offer.Operation.ShrinkVolume.newBuilder()
                                                    .setVolume(call.getShrinkVolume().getVolume())
                                                    .setSubtract(call.getShrinkVolume().getSubtract())));
            default -> new OperatorView(roster, offers, operations).answer(call);
        };
    }

    /** All that an operator may see. */
    Response.GetState state() {
        return new OperatorView(roster, offers, operations).state();
    }

    private static Reply answered(Call call, ClusterStatus status) {
        Response.Builder response = Response.newBuilder().setType(Response.Type.valueOf(call.getType().name()));
        response.getGetMaintenanceStatusBuilder().setStatus(status);
        return new Reply.Answered(response.build());
    }

    private Reply tearDown(FrameworkID id) {
        boolean known = roster.frameworks.containsKey(id);
        subscriptions.remove(id);
        return known ? new Reply.Done() : new Reply.Refused(400, "No framework found with specified ID");
    }

    /** Changes what nobody uses. Offers are taken back, one by one, until enough is free. */
    private Reply convert(AgentID id, Offer.Operation.Builder asked) {
        Agent agent = roster.agents.get(id);
        if (agent == null) {
            return new Reply.Refused(400, "No agent found with specified ID");
        }
        Offer.Operation operation = ResourceForm.within(asked.build(), null);
        String fault = operations.fault(operation, null, agent);
        if (fault != null) {
            return new Reply.Refused(400, "Invalid " + operation.getType() + " operation: " + fault);
        }
        Conversion conversion = Conversion.of(operation);
        for (Offers.Held each : offers.on(id)) {
            if (!agent.available().contains(conversion.consumed())) {
                offers.rescind(each.offer().getId());
            }
        }
        if (!agent.available().contains(conversion.consumed())) {
            return new Reply.Refused(409, OfferOperations.lack(agent.available(), conversion));
        }
        agent.convertFree(conversion);
        operations.apply(operation, null, agent);
        return new Reply.Accepted();
    }

    /** Offers that take a role over its limit are taken back. */
    private void setQuota(QuotaConfig quota) {
        SequencedMap<String, Long> limits = new LinkedHashMap<>();
        quota.getLimitsMap().forEach((resource, limit) -> limits.put(resource, Thousandths.of(limit.getValue())));
        roster.write(new RegistryEntry.QuotaSet(quota.getRole(), limits));
        offers.rescind(offer -> offer.role().equals(quota.getRole()) && isOver(quota.getRole(), limits));
    }

    private boolean isOver(String role, SequencedMap<String, Long> limits) {
        return limits.entrySet().stream()
                .anyMatch(limit -> roster.usage.taken(role, limit.getKey()) > limit.getValue());
    }

    private Reply setWeights(Call.UpdateWeights update) {
        for (WeightInfo each : update.getWeightInfosList()) {
            if (!(each.getWeight() > 0)) {
                return new Reply.Refused(
                        400,
                        "Failed to validate update weights request: Invalid weight '"
                                + each.getWeight()
                                + "': Weights must be positive");
            }
        }
        for (WeightInfo each : update.getWeightInfosList()) {
            roster.write(new RegistryEntry.WeightSet(each.getRole(), each.getWeight()));
        }
        boolean isAnyInUse =
                update.getWeightInfosList().stream()
                        .anyMatch(each ->
                                roster.frameworks.values().stream()
                                        .anyMatch(framework -> framework.roles().contains(each.getRole())));
        if (isAnyInUse) {
            offers.rescind(_ -> true); // all are made anew, by the new weights
        }
        return new Reply.Done();
    }
}

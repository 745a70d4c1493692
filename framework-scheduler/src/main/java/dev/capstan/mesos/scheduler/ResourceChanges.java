package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.resource.Pick;
import dev.capstan.mesos.resource.Picking;
import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.scheduler.ResourceChange.CreateVolumes;
import dev.capstan.mesos.scheduler.ResourceChange.DestroyVolumes;
import dev.capstan.mesos.scheduler.ResourceChange.GrowVolume;
import dev.capstan.mesos.scheduler.ResourceChange.OnAgent;
import dev.capstan.mesos.scheduler.ResourceChange.Reserve;
import dev.capstan.mesos.scheduler.ResourceChange.ShrinkVolume;
import dev.capstan.mesos.scheduler.ResourceChange.Unreserve;

import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

import java.util.List;

/** What changes of resources take of an offer, and how a master is told of them. */
final class ResourceChanges {
    private static final double MILLI = 1_000.0;

    private ResourceChanges() {}

    /** Takes what a change is made of. */
    static Pick pick(OperationRequest request, ResourceBag offered) {
        return switch (request.change()) {
            case Reserve reserve -> Picking.pick(offered.unreserved(), reserve.needs());
            case OnAgent change -> pick(madeOf(change).allocatedTo(request.role()), offered);
        };
    }

    private static Pick pick(ResourceBag whole, ResourceBag offered) {
        return offered.contains(whole)
                ? new Pick.Taken(whole, List.of())
                : new Pick.Short(List.of("needs " + whole + " just so, which is not offered"));
    }

    private static ResourceBag madeOf(OnAgent change) {
        return switch (change) {
            case Unreserve(_, var resources) -> resources;
            case CreateVolumes(_, var volumes) -> volumes.withoutVolumes();
            case DestroyVolumes(_, var volumes) -> volumes;
            case GrowVolume(_, var volume, var addition) -> volume.plus(addition);
            case ShrinkVolume(_, var volume, _) -> volume;
        };
    }

    /**
     * The resources that are told to be changed: what they are to be, where they come to be, and what they were, where
     * they cease.
     */
    static ResourceBag subject(OperationRequest request, ResourceBag taken) {
        return switch (request.change()) {
            case Reserve reserve ->
                    taken.reserved(Reservation.info(request.role(), reserve.principal(), reserve.labels()));
            case CreateVolumes(_, var volumes) -> volumes.allocatedTo(request.role());
            case Unreserve _, DestroyVolumes _, GrowVolume _, ShrinkVolume _ -> taken;
        };
    }

    /**
     * @param subject as {@link #subject} tells it
     */
    static Operation operation(OperationRequest request, ResourceBag subject) {
        List<Resource> resources = subject.toProtos();
        var operation = Operation.newBuilder().setId(OperationID.newBuilder().setValue(request.id()));
        switch (request.change()) {
            case Reserve _ -> {
                return reserve(request.id(), subject);
            }
            case Unreserve _ ->
                    operation.setType(Operation.Type.UNRESERVE).getUnreserveBuilder().addAllResources(resources);
            case CreateVolumes _ ->
                    operation.setType(Operation.Type.CREATE).getCreateBuilder().addAllVolumes(resources);
            case DestroyVolumes _ ->
                    operation.setType(Operation.Type.DESTROY).getDestroyBuilder().addAllVolumes(resources);
            case GrowVolume(_, var volume, var addition) ->
                    operation
                            .setType(Operation.Type.GROW_VOLUME)
                            .getGrowVolumeBuilder()
                            .setVolume(only(volume, request.role()))
                            .setAddition(only(addition, request.role()));
            case ShrinkVolume(_, var volume, var milliMegabytes) ->
                    operation
                            .setType(Operation.Type.SHRINK_VOLUME)
                            .getShrinkVolumeBuilder()
                            .setVolume(only(volume, request.role()))
                            .setSubtract(Value.Scalar.newBuilder().setValue(milliMegabytes / MILLI));
        }
        return operation.build();
    }

    static Operation reserve(String id, ResourceBag reserved) {
        var operation = Operation.newBuilder().setType(Operation.Type.RESERVE);
        operation.getIdBuilder().setValue(id);
        operation.getReserveBuilder().addAllResources(reserved.toProtos());
        return operation.build();
    }

    private static Resource only(ResourceBag one, String role) {
        return one.allocatedTo(role).toProtos().getFirst();
    }
}

package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;

import java.util.List;

/** What an operation does to resources: those consumed become those converted, which are as many. */
record Conversion(ResourceBag consumed, ResourceBag converted) {
    /**
     * @param operation one that {@link OperationCheck} found nothing wrong with, in the form used within
     */
    static Conversion of(Offer.Operation operation) {
        return switch (operation.getType()) {
            case RESERVE -> {
                List<Resource> reserved = operation.getReserve().getResourcesList();
                List<Resource> source = operation.getReserve().getSourceList();
                yield of(source.isEmpty() ? unreserved(reserved) : source, reserved);
            }
            case UNRESERVE -> {
                List<Resource> reserved = operation.getUnreserve().getResourcesList();
                yield of(reserved, unreserved(reserved));
            }
            case CREATE -> {
                List<Resource> volumes = operation.getCreate().getVolumesList();
                yield of(plainDisks(volumes), volumes);
            }
            case DESTROY -> {
                List<Resource> volumes = operation.getDestroy().getVolumesList();
                yield of(volumes, plainDisks(volumes));
            }
            case UNKNOWN, LAUNCH, LAUNCH_GROUP, GROW_VOLUME, SHRINK_VOLUME, CREATE_DISK, DESTROY_DISK ->
                    throw new IllegalArgumentException(operation.getType() + " converts nothing");
        };
    }

    private static Conversion of(List<Resource> consumed, List<Resource> converted) {
        return new Conversion(ResourceBag.of(consumed), ResourceBag.of(converted));
    }

    /** The same for the agent, which does not know to whom something is allocated. */
    Conversion unallocated() {
        return new Conversion(ResourceForm.unallocated(consumed), ResourceForm.unallocated(converted));
    }

    /** Without the narrowest reservation. */
    private static List<Resource> unreserved(List<Resource> reserved) {
        return reserved.stream()
                .map(each -> each.toBuilder().removeReservations(each.getReservationsCount() - 1).build())
                .toList();
    }

    /** The disks that volumes are made of. */
    static List<Resource> plainDisks(List<Resource> volumes) {
        return volumes.stream().map(Conversion::plainDisk).toList();
    }

    private static Resource plainDisk(Resource volume) {
        Resource.Builder disk = volume.toBuilder().clearShared();
        if (volume.getDisk().hasSource()) {
            disk.setDisk(DiskInfo.newBuilder().setSource(volume.getDisk().getSource()));
        } else {
            disk.clearDisk();
        }
        return disk.build();
    }
}

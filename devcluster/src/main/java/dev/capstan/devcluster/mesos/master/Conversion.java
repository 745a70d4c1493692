package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Value;

import java.util.List;

/** What an operation does to resources: those consumed become those converted, which are as many. */
record Conversion(ResourceBag consumed, ResourceBag converted) {
    private static final double MILLI = 1_000;

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
            case GROW_VOLUME -> {
                Resource volume = operation.getGrowVolume().getVolume();
                Resource addition = operation.getGrowVolume().getAddition();
                long sum = milli(volume.getScalar()) + milli(addition.getScalar());
                yield of(List.of(volume, addition), List.of(sized(volume, sum)));
            }
            case SHRINK_VOLUME -> {
                Resource volume = operation.getShrinkVolume().getVolume();
                long less = milli(operation.getShrinkVolume().getSubtract());
                long rest = milli(volume.getScalar()) - less;
                yield of(List.of(volume), List.of(sized(volume, rest), sized(plainDisk(volume), less)));
            }
            case UNKNOWN, LAUNCH, LAUNCH_GROUP, CREATE_DISK, DESTROY_DISK ->
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

    /** As a master counts, in thousandths. */
    static long milli(Value.Scalar scalar) {
        return Math.round(scalar.getValue() * MILLI);
    }

    private static Resource sized(Resource disk, long milli) {
        return disk.toBuilder().setScalar(Value.Scalar.newBuilder().setValue(milli / MILLI)).build();
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

    static Resource plainDisk(Resource volume) {
        Resource.Builder disk = volume.toBuilder().clearShared();
        if (volume.getDisk().hasSource()) {
            disk.setDisk(DiskInfo.newBuilder().setSource(volume.getDisk().getSource()));
        } else {
            disk.clearDisk();
        }
        return disk.build();
    }
}

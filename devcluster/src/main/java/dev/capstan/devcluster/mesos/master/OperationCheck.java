package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a master finds wrong with an operation on resources, before it looks whether they are there. */
final class OperationCheck {
    private OperationCheck() {}

    /**
     * What is wrong; null if nothing is.
     *
     * @param operation in the form used within
     * @param framework whose it is; null for one of an operator
     * @param all resources of the agent
     * @param used by tasks and executors
     */
    static @Nullable String fault(
            Offer.Operation operation, @Nullable FrameworkInfo framework, List<Resource> all, List<Resource> used) {
        return switch (operation.getType()) {
            case RESERVE -> reserveFault(operation.getReserve(), framework);
            case UNRESERVE -> unreserveFault(operation.getUnreserve().getResourcesList());
            case CREATE -> createFault(operation.getCreate().getVolumesList(), framework, all);
            case DESTROY -> destroyFault(operation.getDestroy().getVolumesList(), all, used);
            case GROW_VOLUME -> growFault(operation.getGrowVolume());
            case SHRINK_VOLUME -> shrinkFault(operation.getShrinkVolume());
            case CREATE_DISK, DESTROY_DISK -> "'source' is not managed by a resource provider";
            case UNKNOWN, LAUNCH, LAUNCH_GROUP -> "Unknown operation";
        };
    }

    private static @Nullable String reserveFault(Offer.Operation.Reserve reserve, @Nullable FrameworkInfo framework) {
        List<Resource> sources = reserve.getSourceList();
        String invalid = invalid(reserve.getResourcesList());
        if (invalid == null) {
            invalid = invalid(sources);
        }
        if (invalid != null) {
            return invalid;
        }
        for (Resource resource : reserve.getResourcesList()) {
            if (!isDynamicallyReserved(resource)) {
                return notDynamicallyReserved(resource);
            }
            if (resource.getDisk().hasPersistence()) {
                return "A persistent volume " + ResourceForm.text(resource) + " must already be reserved";
            }
            String fault = framework == null ? allocationFault(resource) : frameworkFault(resource, framework);
            if (fault != null) {
                return fault;
            }
        }
        return sources.isEmpty() || areAsMany(sources, reserve.getResourcesList())
                ? null
                : "The resources and the source of a reservation must be the same but for their reservations";
    }

    private static boolean areAsMany(List<Resource> some, List<Resource> others) {
        return amounts(some).equals(amounts(others));
    }

    private static ResourceBag amounts(List<Resource> resources) {
        return ResourceBag.of(resources.stream().map(each -> each.toBuilder().clearReservations().build()).toList());
    }

    /** Operators give what nobody has. */
    private static @Nullable String allocationFault(Resource resource) {
        return resource.hasAllocationInfo()
                ? "A reserve operation was attempted with an allocated resource, but the operator API only allows"
                        + " reservations to be made to unallocated resources"
                : null;
    }

    private static @Nullable String frameworkFault(Resource resource, FrameworkInfo framework) {
        ReservationInfo reservation = narrowest(resource);
        if (framework.hasPrincipal() && !reservation.hasPrincipal()) {
            return "A reserve operation was attempted by principal '"
                    + framework.getPrincipal()
                    + "', but there is a reserved resource in the request with no principal set";
        }
        if (framework.hasPrincipal() && !framework.getPrincipal().equals(reservation.getPrincipal())) {
            return "A reserve operation was attempted by authenticated principal '"
                    + framework.getPrincipal()
                    + "', which does not match a reserved resource in the request with principal '"
                    + reservation.getPrincipal()
                    + "'";
        }
        String allocated = resource.getAllocationInfo().getRole();
        if (!allocated.equals(reservation.getRole())) {
            return "A reserve operation was attempted for a resource with role '"
                    + reservation.getRole()
                    + "', but the resource was allocated to role '"
                    + allocated
                    + "'";
        }
        List<String> roles = Capabilities.roles(framework);
        return roles.contains(allocated)
                ? null
                : "A reserve operation was attempted for a resource allocated to role '"
                        + allocated
                        + "', but the framework only has roles '{ "
                        + String.join(", ", roles)
                        + " }'";
    }

    private static @Nullable String unreserveFault(List<Resource> resources) {
        String invalid = invalid(resources);
        if (invalid != null) {
            return invalid;
        }
        for (Resource resource : resources) {
            if (!isDynamicallyReserved(resource)) {
                return notDynamicallyReserved(resource);
            }
            if (resource.getDisk().hasPersistence()) {
                return "A dynamically reserved persistent volume "
                        + ResourceForm.text(resource)
                        + " cannot be unreserved directly. Please destroy the persistent volume first then unreserve"
                        + " the resource";
            }
        }
        return null;
    }

    private static @Nullable String createFault(
            List<Resource> volumes, @Nullable FrameworkInfo framework, List<Resource> all) {
        String invalid = invalidVolumes(volumes);
        if (invalid != null) {
            return invalid;
        }
        List<Resource> both = new ArrayList<>(all);
        both.addAll(volumes);
        Set<String> seen = new LinkedHashSet<>();
        for (Resource each : both) {
            String id = each.getDisk().getPersistence().getId();
            if (each.getDisk().hasPersistence() && !seen.add(ResourceForm.reservedFor(each) + " " + id)) {
                return "Persistence ID '" + id + "' is not unique";
            }
        }
        for (Resource volume : volumes) {
            if (volume.hasShared()
                    && framework != null
                    && !Capabilities.has(framework, Capability.Type.SHARED_RESOURCES)) {
                return "Create volume operation for '"
                        + ResourceForm.text(volume)
                        + "' has been attempted by framework '"
                        + framework.getId().getValue()
                        + "' with no SHARED_RESOURCES capability";
            }
            String principal = framework == null ? null : principalFault(volume, framework);
            if (principal != null) {
                return principal;
            }
        }
        return null;
    }

    private static @Nullable String principalFault(Resource volume, FrameworkInfo framework) {
        Resource.DiskInfo.Persistence persistence = volume.getDisk().getPersistence();
        if (!framework.hasPrincipal() || framework.getPrincipal().equals(persistence.getPrincipal())) {
            return null;
        }
        return persistence.hasPrincipal()
                ? "Create volume operation attempted by authenticated principal '"
                        + framework.getPrincipal()
                        + "', which does not match a volume in the operation with principal '"
                        + persistence.getPrincipal()
                        + "' set in 'disk.persistence'"
                : "Create volume operation attempted by principal '"
                        + framework.getPrincipal()
                        + "', but there is a volume in the operation with no principal set in 'disk.persistence'";
    }

    private static @Nullable String destroyFault(List<Resource> volumes, List<Resource> all, List<Resource> used) {
        String invalid = invalidVolumes(volumes);
        if (invalid != null) {
            return invalid;
        }
        List<Resource> unallocated = volumes.stream().map(OperationCheck::unallocated).toList();
        if (!all.containsAll(unallocated)) {
            return "Persistent volumes not found";
        }
        return used.stream().map(OperationCheck::unallocated).anyMatch(unallocated::contains)
                ? "Persistent volumes in use"
                : null;
    }

    private static @Nullable String growFault(Offer.Operation.GrowVolume grow) {
        String volume = TaskCheck.amountFault(grow.getVolume());
        if (volume != null) {
            return "Invalid resource in the 'GrowVolume.volume' field: " + volume;
        }
        String addition = TaskCheck.amountFault(grow.getAddition());
        if (addition != null) {
            return "Invalid resource in the 'GrowVolume.addition' field: " + addition;
        }
        if (ResourceBag.of(List.of(grow.getAddition())).isEmpty()) {
            return "The size of 'GrowVolume.addition' field must be greater than zero";
        }
        String fault = volumeFault(grow.getVolume());
        if (fault != null) {
            return "Invalid persistent volume in the 'GrowVolume.volume' field: " + fault;
        }
        if (grow.getVolume().hasShared()) {
            return "Growing a shared persistent volume is not supported";
        }
        return ResourceBag.of(List.of(Conversion.plainDisk(grow.getVolume()), grow.getAddition())).toProtos().size()
                        == 1
                ? null
                : "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields";
    }

    private static @Nullable String shrinkFault(Offer.Operation.ShrinkVolume shrink) {
        Resource volume = shrink.getVolume();
        String invalid = TaskCheck.amountFault(volume);
        if (invalid != null) {
            return "Invalid resource in the 'ShrinkVolume.volume' field: " + invalid;
        }
        if (Conversion.milli(shrink.getSubtract()) <= 0) {
            return "Value of 'ShrinkVolume.subtract' must be greater than zero";
        }
        if (Conversion.milli(volume.getScalar()) <= Conversion.milli(shrink.getSubtract())) {
            return "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'";
        }
        if (volume.getDisk().getSource().getType() == Resource.DiskInfo.Source.Type.MOUNT) {
            return "Shrinking a volume on a MOUNT disk is not supported";
        }
        String fault = volumeFault(volume);
        if (fault != null) {
            return "Invalid persistent volume in the 'ShrinkVolume.volume' field: " + fault;
        }
        return volume.hasShared() ? "Shrinking a shared persistent volume is not supported" : null;
    }

    private static Resource unallocated(Resource resource) {
        return resource.toBuilder().clearAllocationInfo().build();
    }

    private static @Nullable String invalid(List<Resource> resources) {
        for (Resource each : resources) {
            String fault = TaskCheck.amountFault(each);
            if (fault != null) {
                return "Invalid resources: " + fault;
            }
        }
        return null;
    }

    private static @Nullable String invalidVolumes(List<Resource> volumes) {
        String invalid = invalid(volumes);
        if (invalid != null) {
            return invalid;
        }
        for (Resource each : volumes) {
            String fault = volumeFault(each);
            if (fault != null) {
                return "Not a persistent volume: " + fault;
            }
        }
        return null;
    }

    private static @Nullable String volumeFault(Resource volume) {
        if (!volume.hasDisk()) {
            return "Resource " + ResourceForm.text(volume) + " does not have DiskInfo";
        }
        if (!volume.getDisk().hasPersistence()) {
            return "'persistence' is not set in DiskInfo";
        }
        if (!volume.getDisk().hasVolume()) {
            return "Expecting 'volume' to be set for persistent volume";
        }
        if (volume.getDisk().getVolume().hasHostPath()) {
            return "Expecting 'host_path' to be unset for persistent volume";
        }
        if (volume.getReservationsCount() == 0) {
            return "Persistent volumes cannot be created from unreserved resources";
        }
        String id = FrameworkCheck.idFault(volume.getDisk().getPersistence().getId());
        return id == null ? pathFault(volume.getDisk().getVolume().getContainerPath()) : id;
    }

    /** Within the sandbox is all that there is without images. */
    private static @Nullable String pathFault(String path) {
        boolean leavesSandbox = path.startsWith("/") || List.of(path.split("/", -1)).contains("..");
        return leavesSandbox || path.isEmpty() ? "'" + path + "' is no path in a sandbox" : null;
    }

    private static boolean isDynamicallyReserved(Resource resource) {
        return resource.getReservationsCount() > 0 && narrowest(resource).getType() == ReservationInfo.Type.DYNAMIC;
    }

    private static ReservationInfo narrowest(Resource resource) {
        return resource.getReservations(resource.getReservationsCount() - 1);
    }

    private static String notDynamicallyReserved(Resource resource) {
        return "Resource " + ResourceForm.text(resource) + " is not dynamically reserved";
    }
}

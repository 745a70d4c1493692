package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.AllocationInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The forms in which resources are written. Within, reservations are a list, the narrowest last, and each resource says
 * to which role it is allocated; frameworks of older kinds know one reservation or no roles at all.
 */
@SuppressWarnings("deprecation") // the older form is what old frameworks speak
final class ResourceForm {
    private static final String ANY_ROLE = "*";
    private static final List<String> OFFER_ORDER = List.of("ports", "cpus", "mem", "disk");

    private static final Comparator<Resource> ORDER =
            Comparator.comparingInt(ResourceForm::group).thenComparingInt(ResourceForm::place);

    private ResourceForm() {}

    /** The form used within, whatever form they came in. */
    static List<Resource> within(List<Resource> resources) {
        return resources.stream().map(ResourceForm::within).toList();
    }

    /** The same for all resources of an operation; for an operator they are allocated to nobody. */
    static Offer.Operation within(Offer.Operation operation, @Nullable String role) {
        Offer.Operation.Builder inside = operation.toBuilder();
        switch (operation.getType()) {
            case RESERVE -> {
                Offer.Operation.Reserve reserve = operation.getReserve();
                inside.getReserveBuilder()
                        .clearResources()
                        .clearSource()
                        .addAllResources(within(reserve.getResourcesList(), role))
                        .addAllSource(within(reserve.getSourceList(), role));
            }
            case UNRESERVE ->
                    inside.getUnreserveBuilder()
                            .clearResources()
                            .addAllResources(within(operation.getUnreserve().getResourcesList(), role));
            case CREATE ->
                    inside.getCreateBuilder()
                            .clearVolumes()
                            .addAllVolumes(within(operation.getCreate().getVolumesList(), role));
            case DESTROY ->
                    inside.getDestroyBuilder()
                            .clearVolumes()
                            .addAllVolumes(within(operation.getDestroy().getVolumesList(), role));
            case GROW_VOLUME -> {
                var grow = operation.getGrowVolume();
                List<Resource> both = within(List.of(grow.getVolume(), grow.getAddition()), role);
                inside.getGrowVolumeBuilder().setVolume(both.get(0)).setAddition(both.get(1));
            }
            case SHRINK_VOLUME ->
                    inside.getShrinkVolumeBuilder()
                            .setVolume(within(List.of(operation.getShrinkVolume().getVolume()), role).getFirst());
            case UNKNOWN, LAUNCH, LAUNCH_GROUP, CREATE_DISK, DESTROY_DISK -> {
                // tasks are looked at one by one, the others are refused
            }
        }
        return inside.build();
    }

    private static List<Resource> within(List<Resource> resources, @Nullable String role) {
        List<Resource> inside = within(resources);
        return role == null ? inside : allocatedIfUnsaid(inside, role);
    }

    private static Resource within(Resource resource) {
        Resource.Builder plain = resource.toBuilder();
        String role = resource.hasRole() ? resource.getRole() : ANY_ROLE;
        plain.clearRole();
        if (resource.getReservationsCount() == 0 && !role.equals(ANY_ROLE)) {
            ReservationInfo.Builder reservation = resource.getReservation().toBuilder().setRole(role);
            reservation.setType(resource.hasReservation() ? ReservationInfo.Type.DYNAMIC : ReservationInfo.Type.STATIC);
            plain.clearReservation().addReservations(reservation);
        }
        return plain.build();
    }

    /** The same, allocated to a role where they do not say to which. */
    static List<Resource> allocatedIfUnsaid(List<Resource> resources, String role) {
        return resources.stream()
                .map(each -> each.hasAllocationInfo() ? each : each.toBuilder().setAllocationInfo(to(role)).build())
                .toList();
    }

    static ResourceBag allocated(ResourceBag bag, String role) {
        return ResourceBag.of(
                bag.toProtos().stream().map(each -> each.toBuilder().setAllocationInfo(to(role)).build()).toList());
    }

    static ResourceBag unallocated(ResourceBag bag) {
        return ResourceBag.of(
                bag.toProtos().stream().map(each -> each.toBuilder().clearAllocationInfo().build()).toList());
    }

    private static AllocationInfo to(String role) {
        return AllocationInfo.newBuilder().setRole(role).build();
    }

    /** For whom a resource is reserved; everybody if for none. */
    static String reservedFor(Resource resource) {
        int count = resource.getReservationsCount();
        return count == 0 ? resource.getRole() : resource.getReservations(count - 1).getRole();
    }

    /** The portion that a role may have: what is free for all and what is reserved for it or for a role above it. */
    static ResourceBag usableBy(ResourceBag bag, String role) {
        return ResourceBag.of(
                bag.toProtos().stream()
                        .filter(each -> {
                            String owner = reservedFor(each);
                            return owner.equals(ANY_ROLE) || owner.equals(role) || role.startsWith(owner + "/");
                        })
                        .toList());
    }

    /** As a framework is shown them, in the order of a real offer. */
    static List<Resource> shownTo(FrameworkInfo framework, List<Resource> resources) {
        List<Resource> shown = new ArrayList<>();
        for (Resource resource : resources) {
            Resource.Builder each = resource.toBuilder();
            if (!Capabilities.has(framework, Capability.Type.RESERVATION_REFINEMENT)) {
                toOldForm(each);
            }
            if (!Capabilities.isMultiRole(framework)) {
                each.clearAllocationInfo();
            }
            shown.add(each.build());
        }
        shown.sort(ORDER);
        return shown;
    }

    /** As operators are shown them: in both forms, as far as the older one can say it. */
    static List<Resource> forOperators(ResourceBag bag) {
        List<Resource> shown = new ArrayList<>();
        for (Resource resource : bag.toProtos()) {
            Resource.Builder both = resource.toBuilder();
            if (resource.getReservationsCount() <= 1) {
                Resource.Builder old = resource.toBuilder();
                toOldForm(old);
                both.setRole(old.getRole());
                if (old.hasReservation()) {
                    both.setReservation(old.getReservation());
                }
            }
            shown.add(both.build());
        }
        shown.sort(ORDER);
        return shown;
    }

    private static void toOldForm(Resource.Builder resource) {
        int count = resource.getReservationsCount();
        if (count == 0) {
            resource.setRole(ANY_ROLE);
            return;
        }
        ReservationInfo reservation = resource.getReservations(count - 1);
        resource.clearReservations().setRole(reservation.getRole());
        if (reservation.getType() == ReservationInfo.Type.DYNAMIC) {
            resource.setReservation(reservation.toBuilder().clearRole().clearType());
        }
    }

    /** What was always reserved, what cannot be divided into fractions, what was reserved later, and the rest. */
    private static int group(Resource resource) {
        if (!reservedFor(resource).equals(ANY_ROLE)) {
            boolean isStatic =
                    resource.getReservationsCount() == 0
                            ? !resource.hasReservation()
                            : resource.getReservations(0).getType() == ReservationInfo.Type.STATIC;
            return isStatic ? 0 : 2;
        }
        return resource.getType() == Value.Type.SCALAR ? 3 : 1;
    }

    private static int place(Resource resource) {
        int place = OFFER_ORDER.indexOf(resource.getName());
        return place < 0 ? OFFER_ORDER.size() : place;
    }

    /** As a master writes them in what it says about a task. */
    static String text(List<Resource> resources) {
        return resources.stream().sorted(ORDER).map(ResourceForm::text).collect(Collectors.joining("; "));
    }

    static String text(Resource resource) {
        var marks = new ArrayList<String>();
        if (resource.hasAllocationInfo()) {
            marks.add("(allocated: " + resource.getAllocationInfo().getRole() + ")");
        }
        if (resource.getReservationsCount() > 0) {
            marks.add(
                    "(reservations: ["
                            + resource.getReservationsList().stream()
                                    .map(ResourceForm::text)
                                    .collect(Collectors.joining(","))
                            + "])");
        }
        if (resource.getDisk().hasPersistence()) {
            marks.add(
                    "["
                            + resource.getDisk().getPersistence().getId()
                            + ":"
                            + resource.getDisk().getVolume().getContainerPath()
                            + "]");
        }
        return resource.getName() + String.join("", marks) + ":" + amount(resource);
    }

    private static String text(ReservationInfo reservation) {
        var parts = new ArrayList<>(List.of(reservation.getType().name(), reservation.getRole()));
        if (reservation.hasPrincipal()) {
            parts.add(reservation.getPrincipal());
        }
        if (reservation.hasLabels()) {
            parts.add(
                    reservation.getLabels().getLabelsList().stream()
                            .map(label -> label.getKey() + (label.hasValue() ? ": " + label.getValue() : ""))
                            .collect(Collectors.joining(", ", "{", "}")));
        }
        return "(" + String.join(",", parts) + ")";
    }

    /** As a master writes it. */
    static String amount(Resource resource) {
        return switch (resource.getType()) {
            case SCALAR -> scalar(resource.getScalar().getValue());
            case RANGES -> text(resource.getRanges());
            case SET -> "{" + String.join(", ", resource.getSet().getItemList()) + "}";
            case TEXT -> "";
        };
    }

    private static String scalar(double value) {
        return value < 0 ? "-" + Thousandths.text(Thousandths.of(-value)) : Thousandths.text(Thousandths.of(value));
    }

    static String text(Value.Ranges ranges) {
        return ranges.getRangeList().stream().map(ResourceForm::range).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String range(Value.Range range) {
        return range.getBegin() + "-" + range.getEnd();
    }
}

package dev.capstan.mesos.resource;

import com.google.protobuf.ByteString;

import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.DiskInfo.Source;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that two resources must have in common to be added up: all but the amount. Where a master never adds up,
 * that is for shared resources, persistent volumes and disks given out as a whole, the amount is a part of the kind
 * too.
 */
final class Kind implements Comparable<Kind> {
    private static final String ANY_ROLE = "*";
    private static final Comparator<Kind> ORDER =
            Comparator.comparing(Kind::name)
                    .thenComparing(kind -> kind.bytes, ByteString.unsignedLexicographicalComparator());

    private final Resource shape;
    private final ByteString bytes;

    private Kind(Resource shape) {
        this.shape = shape;
        this.bytes = shape.toByteString();
    }

    /** A kind of which there may be any amount. */
    static Kind divisible(Resource resource) {
        return new Kind(canonical(resource).clearScalar().clearRanges().clearSet().build());
    }

    /** A kind that is taken as a whole. */
    static Kind whole(Resource resource, Amount size) {
        Resource.Builder shape = canonical(resource).clearScalar().clearRanges().clearSet();
        size.fill(shape);
        return new Kind(shape.build());
    }

    @SuppressWarnings("deprecation") // the form for frameworks that do not refine reservations
    private static Resource.Builder canonical(Resource resource) {
        Resource.Builder shape = resource.toBuilder();
        if (shape.getRole().equals(ANY_ROLE)) {
            shape.clearRole(); // which says the same
        }
        return shape;
    }

    /** Of a reservation in the older form; {@code *} when there is none. */
    @SuppressWarnings("deprecation") // the form for frameworks that do not refine reservations
    private String oldRole() {
        return shape.getRole();
    }

    /** Whether a master takes resources of this sort as a whole only. */
    static boolean isWhole(Resource resource) {
        if (resource.hasShared()) {
            return true;
        }
        DiskInfo disk = resource.getDisk();
        if (disk.hasPersistence()) {
            return true;
        }
        Source source = disk.getSource();
        return disk.hasSource()
                && switch (source.getType()) {
                    case PATH -> false;
                    case RAW -> source.hasId();
                    case BLOCK, MOUNT, UNKNOWN -> true;
                };
    }

    String name() {
        return shape.getName();
    }

    Resource shape() {
        return shape;
    }

    /** To which of our roles it is allocated; empty when the framework has one role only and is not told. */
    String allocationRole() {
        return shape.getAllocationInfo().getRole();
    }

    boolean isRevocable() {
        return shape.hasRevocable();
    }

    boolean isShared() {
        return shape.hasShared();
    }

    /** Whether a task may have some of it without having asked for something special. */
    boolean isOrdinary() {
        return !shape.hasDisk() && !shape.hasShared() && !shape.hasProviderId();
    }

    /** Of a persistent volume of the agent's own; empty when it is none. */
    String volume() {
        return shape.hasProviderId() ? "" : shape.getDisk().getPersistence().getId();
    }

    /** How narrow the circle is for which it is reserved; 0 when it is free for all. */
    int reservationDepth() {
        return shape.getReservationsCount() > 0 ? shape.getReservationsCount() : oldRole().equals(ANY_ROLE) ? 0 : 1;
    }

    @Override
    public int compareTo(Kind other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Kind kind && bytes.equals(kind.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        List<String> marks = new ArrayList<>();
        if (!oldRole().equals(ANY_ROLE)) {
            marks.add("reserved for " + oldRole());
        }
        if (shape.getReservationsCount() > 0) {
            ReservationInfo narrowest = shape.getReservations(shape.getReservationsCount() - 1);
            marks.add("reserved for " + narrowest.getRole());
        }
        if (shape.hasAllocationInfo()) {
            marks.add("allocated to " + allocationRole());
        }
        if (shape.getDisk().hasPersistence()) {
            marks.add("volume " + shape.getDisk().getPersistence().getId());
        }
        if (shape.getDisk().hasSource()) {
            marks.add(shape.getDisk().getSource().getType() + " disk");
        }
        if (shape.hasProviderId()) {
            marks.add("provider " + shape.getProviderId().getValue());
        }
        if (isRevocable()) {
            marks.add("revocable");
        }
        if (isShared()) {
            marks.add("shared");
        }
        if (shape.hasScalar()) {
            marks.add(new Amount.Scalar(Thousandths.of(shape.getScalar().getValue())).toString());
        }
        return marks.isEmpty() ? name() : name() + "(" + String.join(", ", marks) + ")";
    }
}

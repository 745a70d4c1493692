package dev.capstan.mesos.resource;

import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Resources of one agent, counted as a master counts them: numbers in thousandths, ranges and sets without doubles.
 * What differs in anything but the amount (reservation, role of allocation, disk, provider, revocable or not) is kept
 * apart. Volumes, shared resources and disks that are given out as a whole stay whole.
 *
 * <pre>{@code
 * ResourceBag offered = ResourceBag.of(offer.getResourcesList());
 * ResourceBag rest = offered.minus(taken);
 * }</pre>
 */
public final class ResourceBag {
    /** Nothing. */
    public static final ResourceBag EMPTY = new ResourceBag(new TreeMap<>());

    private final NavigableMap<Kind, Amount> amounts;

    private ResourceBag(NavigableMap<Kind, Amount> amounts) {
        this.amounts = amounts;
    }

    /**
     * What an offer, a task or an executor holds. Nothing of a resource is as good as not naming it.
     *
     * @throws IllegalArgumentException when one of them cannot be understood, naming it
     */
    public static ResourceBag of(List<Resource> resources) {
        NavigableMap<Kind, Amount> amounts = new TreeMap<>();
        for (Resource resource : resources) {
            try {
                add(amounts, resource);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("resource '" + resource.getName() + "': " + e.getMessage(), e);
            }
        }
        return new ResourceBag(amounts);
    }

    /**
     * What of an agent's resources can be understood. What a newer Mesos has besides is left out: good for counting,
     * not for offers, of which all must be accounted for.
     */
    public static ResourceBag ofReadable(List<Resource> resources) {
        NavigableMap<Kind, Amount> amounts = new TreeMap<>();
        for (Resource resource : resources) {
            if (isReadable(resource)) {
                add(amounts, resource);
            }
        }
        return new ResourceBag(amounts);
    }

    private static boolean isReadable(Resource resource) {
        try {
            return resource.isInitialized() && !size(resource).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void add(NavigableMap<Kind, Amount> amounts, Resource resource) {
        Amount size = size(resource);
        if (size.isEmpty()) {
            return;
        }
        if (Kind.isWhole(resource)) {
            amounts.merge(Kind.whole(resource, size), new Amount.Copies(1), Amount::plus);
        } else {
            amounts.merge(Kind.divisible(resource), size, Amount::plus);
        }
    }

    private static Amount size(Resource resource) {
        if (resource.getName().isEmpty() || !resource.hasType()) {
            throw new IllegalArgumentException("a resource must have a name and a type");
        }
        boolean hasValue =
                switch (resource.getType()) {
                    case SCALAR -> resource.hasScalar();
                    case RANGES -> resource.hasRanges();
                    case SET -> resource.hasSet();
                    case TEXT -> false;
                };
        if (!hasValue) {
            throw new IllegalArgumentException(
                    "its type is " + resource.getType() + ", but it has no such value that is an amount");
        }
        return switch (resource.getType()) {
            case SCALAR -> new Amount.Scalar(Thousandths.of(resource.getScalar().getValue()));
            case RANGES -> new Amount.Numbers(Ranges.of(resource.getRanges()));
            case SET, TEXT -> new Amount.Items(new TreeSet<>(resource.getSet().getItemList()));
        };
    }

    static ResourceBag of(SortedMap<Kind, Amount> amounts) {
        return new ResourceBag(new TreeMap<>(amounts));
    }

    /** In the form in which they are sent, always in the same order. */
    public List<Resource> toProtos() {
        List<Resource> resources = new ArrayList<>();
        amounts.forEach((kind, amount) -> {
            Resource.Builder resource = kind.shape().toBuilder();
            amount.fill(resource);
            long copies = amount instanceof Amount.Copies(var count) ? count : 1;
            for (long i = 0; i < copies; i++) {
                resources.add(resource.build());
            }
        });
        return List.copyOf(resources);
    }

    /** What of it nobody has reserved, and nobody may take away. */
    public ResourceBag unreserved() {
        NavigableMap<Kind, Amount> free = new TreeMap<>();
        amounts.forEach((kind, amount) -> {
            if (kind.reservationDepth() == 0 && !kind.isRevocable()) {
                free.put(kind, amount);
            }
        });
        return new ResourceBag(free);
    }

    /** The same with one more reservation. */
    public ResourceBag reserved(ReservationInfo reservation) {
        return changed(resource -> resource.addReservations(reservation));
    }

    /** The same, allocated to a role. */
    public ResourceBag allocatedTo(String role) {
        return changed(resource -> resource.setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role)));
    }

    /** The disk, as it would be offered, of which these volumes can be made. */
    public ResourceBag withoutVolumes() {
        return changed(resource -> {
            resource.clearShared();
            if (resource.getDisk().hasSource()) {
                resource.getDiskBuilder().clearPersistence().clearVolume();
            } else {
                resource.clearDisk();
            }
        });
    }

    private ResourceBag changed(Consumer<Resource.Builder> change) {
        List<Resource> changed = new ArrayList<>();
        for (Resource resource : toProtos()) {
            Resource.Builder builder = resource.toBuilder();
            change.accept(builder);
            changed.add(builder.build());
        }
        return of(changed);
    }

    /** Whether there is nothing. */
    public boolean isEmpty() {
        return amounts.isEmpty();
    }

    /** Both together. A number of a range or an item of a set that both have is there once. */
    public ResourceBag plus(ResourceBag other) {
        NavigableMap<Kind, Amount> sum = new TreeMap<>(amounts);
        other.amounts.forEach((kind, amount) -> sum.merge(kind, amount, Amount::plus));
        return new ResourceBag(sum);
    }

    /**
     * What is left without the others.
     *
     * @throws IllegalArgumentException when they are not contained in this bag, naming what is missing
     */
    public ResourceBag minus(ResourceBag other) {
        NavigableMap<Kind, Amount> missing = difference(other.amounts, amounts);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    new ResourceBag(missing) + " is missing to take " + other + " out of " + this);
        }
        return new ResourceBag(difference(amounts, other.amounts));
    }

    /** Whether all of the others are in this bag. */
    public boolean contains(ResourceBag other) {
        return difference(other.amounts, amounts).isEmpty();
    }

    private static NavigableMap<Kind, Amount> difference(Map<Kind, Amount> of, Map<Kind, Amount> without) {
        NavigableMap<Kind, Amount> left = new TreeMap<>();
        of.forEach((kind, amount) -> {
            Amount taken = without.get(kind);
            Amount rest = taken == null ? amount : amount.minus(taken);
            if (!rest.isEmpty()) {
                left.put(kind, rest);
            }
        });
        return left;
    }

    /** The sum of all portions of a scalar, in thousandths; 0 when there is none. What is shared counts once. */
    public long milli(String scalarName) {
        long sum = 0;
        for (var entry : amounts.entrySet()) {
            Kind kind = entry.getKey();
            if (kind.name().equals(scalarName)) {
                sum +=
                        switch (entry.getValue()) {
                            case Amount.Scalar(var milli) -> milli;
                            case Amount.Copies(var count) ->
                                    Thousandths.of(kind.shape().getScalar().getValue()) * (kind.isShared() ? 1 : count);
                            case Amount.Numbers _, Amount.Items _ -> 0;
                        };
            }
        }
        return sum;
    }

    /** How many numbers there are in all portions of a resource with ranges, such as ports; 0 when there is none. */
    public long count(String rangesName) {
        return amounts.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(rangesName))
                .mapToLong(entry -> entry.getValue() instanceof Amount.Numbers(var ranges) ? ranges.count() : 0)
                .sum();
    }

    SortedMap<Kind, Amount> amounts() {
        return Collections.unmodifiableSortedMap(amounts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResourceBag bag && amounts.equals(bag.amounts);
    }

    @Override
    public int hashCode() {
        return amounts.hashCode();
    }

    @Override
    public String toString() {
        return amounts.isEmpty()
                ? "nothing"
                : amounts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining("; "));
    }
}

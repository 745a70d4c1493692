package dev.capstan.mesos.resource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Chooses what a task takes of an offer.
 *
 * <p>All of it is allocated to one role, and of one name it is all revocable or none, because a master refuses the task
 * otherwise. A task to which revocable resources will do gets them before others, which are then left to those who
 * cannot do with them. What is reserved is taken first, the narrowest reservation before wider ones, and from as many
 * portions as it needs. A volume is taken as a whole by who names it. Disks other than the agent's own, other shared
 * resources and those of a provider are never taken: nobody can ask for them here.
 */
public final class Picking {
    private static final Comparator<Portion> NARROWEST_FIRST =
            Comparator.comparingInt((Portion portion) -> -portion.kind().reservationDepth())
                    .thenComparing(Portion::kind);
    private static final Ranges PORT_NUMBERS = Ranges.of(1, Needs.MOST_PORT);

    private final List<Portion> portions;
    private final Needs needs;
    private final SortedMap<Kind, Amount> taken = new TreeMap<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    private record Portion(Kind kind, Amount amount) {}

    private Picking(List<Portion> portions, Needs needs) {
        this.portions = portions;
        this.needs = needs;
    }

    /** Takes exactly what is needed out of what is offered, or says what is missing. */
    public static Pick pick(ResourceBag offered, Needs needs) {
        SortedMap<String, List<Portion>> byRole = new TreeMap<>();
        offered.amounts()
                .forEach((kind, amount) -> {
                    if (kind.isOrdinary() || needs.volumes().contains(kind.volume())) {
                        byRole.computeIfAbsent(kind.allocationRole(), _ -> new ArrayList<>())
                                .add(new Portion(kind, amount));
                    }
                });
        if (byRole.isEmpty()) {
            return new Picking(List.of(), needs).pick();
        }
        List<Pick.Short> failures = new ArrayList<>();
        for (List<Portion> portions : byRole.values()) {
            portions.sort(NARROWEST_FIRST);
            switch (new Picking(portions, needs).pick()) {
                case Pick.Taken found -> {
                    return found;
                }
                case Pick.Short failure -> failures.add(failure);
            }
        }
        failures.sort(Comparator.comparingInt(failure -> failure.reasons().size()));
        return failures.getFirst();
    }

    private Pick pick() {
        needs.milliScalars().forEach(this::takeAmount);
        needs.ranges()
                .forEach((name, numbers) -> takeNumbers(name, numbers, name.equals(Needs.PORTS) ? needs.ports() : 0));
        if (needs.ports() > 0 && !needs.ranges().containsKey(Needs.PORTS)) {
            takeNumbers(Needs.PORTS, Ranges.NONE, needs.ports());
        }
        needs.volumes().forEach(this::takeVolume);
        return reasons.isEmpty() ? new Pick.Taken(ResourceBag.of(taken), ports) : new Pick.Short(reasons);
    }

    private void takeVolume(String id) {
        for (Portion portion : portions) {
            if (portion.kind().volume().equals(id)) {
                taken.put(portion.kind(), new Amount.Copies(1));
                return;
            }
        }
        reasons.add("needs volume " + id + ", which is not offered");
    }

    /** The portions of a name that may be used together, the better ones first. */
    private List<List<Portion>> choices(String name, Predicate<Amount> form) {
        List<Portion> revocable = new ArrayList<>();
        List<Portion> lasting = new ArrayList<>();
        for (Portion portion : portions) {
            if (portion.kind().name().equals(name) && form.test(portion.amount())) {
                (portion.kind().isRevocable() ? revocable : lasting).add(portion);
            }
        }
        return needs.revocable() ? List.of(revocable, lasting) : List.of(lasting);
    }

    private void takeAmount(String name, long needed) {
        long most = 0;
        for (List<Portion> choice : choices(name, Amount.Scalar.class::isInstance)) {
            long total = choice.stream().mapToLong(Picking::milli).sum();
            if (total >= needed) {
                takeAmount(choice, needed);
                return;
            }
            most = Math.max(most, total);
        }
        reasons.add("needs " + Thousandths.text(needed) + " " + name + ", " + offered(Thousandths.text(most)));
    }

    private void takeAmount(List<Portion> choice, long needed) {
        long open = needed;
        for (Portion portion : choice) {
            long part = Math.min(open, milli(portion));
            if (part > 0) {
                taken.put(portion.kind(), new Amount.Scalar(part));
                open -= part;
            }
        }
    }

    private void takeNumbers(String name, Ranges fixed, int free) {
        long most = 0;
        boolean fixedAreThere = false;
        for (List<Portion> choice : choices(name, Amount.Numbers.class::isInstance)) {
            Ranges all = choice.stream().map(Picking::numbers).reduce(Ranges.NONE, Ranges::plus);
            if (!all.contains(fixed)) {
                continue;
            }
            fixedAreThere = true;
            long spare = all.minus(fixed).and(PORT_NUMBERS).count();
            if (spare >= free) {
                takeNumbers(name, choice, fixed, free);
                return;
            }
            most = Math.max(most, spare);
        }
        if (!fixed.isEmpty() && !fixedAreThere) {
            reasons.add("needs " + name + " " + fixed + ", which are not all offered");
        } else {
            reasons.add("needs " + free + (free == 1 ? " port, " : " ports, ") + offered(Long.toString(most)));
        }
    }

    private void takeNumbers(String name, List<Portion> choice, Ranges fixed, int free) {
        Ranges any = Ranges.NONE;
        for (Portion portion : choice) {
            Ranges spare = numbers(portion).minus(fixed).minus(any).and(PORT_NUMBERS);
            any = any.plus(spare.least(free - any.count()));
        }
        Ranges open = fixed.plus(any);
        for (Portion portion : choice) {
            Ranges part = numbers(portion).and(open);
            if (!part.isEmpty()) {
                taken.put(portion.kind(), new Amount.Numbers(part));
                open = open.minus(part);
            }
        }
        if (name.equals(Needs.PORTS)) {
            addPorts(fixed);
            addPorts(any);
        }
    }

    private void addPorts(Ranges numbers) {
        numbers.parts().stream()
                .flatMapToLong(part -> LongStream.rangeClosed(part.first(), part.last()))
                .forEach(number -> ports.add((int) number));
    }

    private static String offered(String amount) {
        return amount.equals("1") ? "1 is offered" : amount + " are offered";
    }

    private static long milli(Portion portion) {
        return portion.amount() instanceof Amount.Scalar(var milli) ? milli : 0;
    }

    private static Ranges numbers(Portion portion) {
        return portion.amount() instanceof Amount.Numbers(var ranges) ? ranges : Ranges.NONE;
    }
}

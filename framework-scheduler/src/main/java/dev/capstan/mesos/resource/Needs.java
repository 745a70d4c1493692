package dev.capstan.mesos.resource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a task wants of the resources of an agent.
 *
 * @param milliScalars thousandths of each scalar, by name: cpus, mem and disk (in megabytes), gpus, any other
 * @param ports how many of the agent's ports, whichever are free, besides those asked for by number
 * @param ranges numbers that must be those, by the name of the resource; for example certain ports
 * @param volumes persistent ones, by their ids, each as a whole
 * @param revocable whether resources will do that may be taken away at any time
 */
public record Needs(
        SortedMap<String, Long> milliScalars,
        int ports,
        SortedMap<String, Ranges> ranges,
        SortedSet<String> volumes,
        boolean revocable) {
    static final String PORTS = "ports";
    static final int MOST_PORT = 65_535;

    /** Checks that something is asked for, and no amount that is not one. */
    public Needs {
        milliScalars.forEach(Needs::requireAmount);
        ranges.forEach(Needs::requireNumbers);
        if (ports < 0 || ports > MOST_PORT) {
            throw new IllegalArgumentException(ports + " ports cannot be asked for: from 0 to " + MOST_PORT + " can");
        }
        for (String name : ranges.keySet()) {
            if (milliScalars.containsKey(name)) {
                throw new IllegalArgumentException(name + " is asked for as an amount and by number: name it once");
            }
        }
        volumes.forEach(volume -> requireName("a volume", volume));
        if (milliScalars.isEmpty() && ports == 0 && ranges.isEmpty() && volumes.isEmpty()) {
            throw new IllegalArgumentException("a task must ask for some resource; Mesos starts none without");
        }
        milliScalars = Collections.unmodifiableSortedMap(new TreeMap<>(milliScalars));
        ranges = Collections.unmodifiableSortedMap(new TreeMap<>(ranges));
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
    }

    private static void requireAmount(String name, long milli) {
        requireName("a resource", name);
        if (milli <= 0) {
            throw new IllegalArgumentException(
                    Thousandths.text(milli) + " " + name + " cannot be asked for; leave out what is not needed");
        }
        if (name.equals(PORTS)) {
            throw new IllegalArgumentException("ports are asked for by count or by number, not as an amount");
        }
    }

    private static void requireNumbers(String name, Ranges numbers) {
        requireName("a resource", name);
        if (numbers.isEmpty()) {
            throw new IllegalArgumentException("no " + name + " cannot be asked for; leave out what is not needed");
        }
        if (name.equals(PORTS) && !Ranges.of(1, MOST_PORT).contains(numbers)) {
            throw new IllegalArgumentException(numbers + " are not all ports: these go from 1 to " + MOST_PORT);
        }
    }

    private static void requireName(String thing, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(thing + " must have a name");
        }
    }

    /** Without volumes. */
    public Needs(SortedMap<String, Long> milliScalars, int ports, SortedMap<String, Ranges> ranges, boolean revocable) {
        this(milliScalars, ports, ranges, new TreeSet<>(), revocable);
    }

    /** Amounts only. */
    public Needs(SortedMap<String, Long> milliScalars) {
        this(milliScalars, 0, new TreeMap<>(), false);
    }

    /** Processor and memory; 0 of one leaves it out. */
    public static Needs of(long milliCpus, long milliMegabytes) {
        SortedMap<String, Long> scalars = new TreeMap<>();
        if (milliCpus != 0) {
            scalars.put("cpus", milliCpus);
        }
        if (milliMegabytes != 0) {
            scalars.put("mem", milliMegabytes);
        }
        return new Needs(scalars);
    }

    /** Ports only, whichever are free. */
    public static Needs ofPorts(int count) {
        return new Needs(new TreeMap<>(), count, new TreeMap<>(), false);
    }

    /** And so much of a scalar, in thousandths; in the place of what was asked of it before. */
    public Needs withScalar(String name, long milli) {
        SortedMap<String, Long> more = new TreeMap<>(milliScalars);
        more.put(name, milli);
        return new Needs(more, ports, ranges, volumes, revocable);
    }

    /** And so much of the agent's own disk. */
    public Needs withDisk(long milliMegabytes) {
        return withScalar("disk", milliMegabytes);
    }

    /** And so many ports, whichever are free. */
    public Needs withPorts(int count) {
        return new Needs(milliScalars, count, ranges, volumes, revocable);
    }

    /** And just these numbers of a resource. */
    public Needs withRanges(String name, Ranges numbers) {
        SortedMap<String, Ranges> more = new TreeMap<>(ranges);
        more.put(name, numbers);
        return new Needs(milliScalars, ports, more, volumes, revocable);
    }

    /** And a persistent volume, where it is. */
    public Needs withVolume(String id) {
        SortedSet<String> more = new TreeSet<>(volumes);
        more.add(id);
        return new Needs(milliScalars, ports, ranges, more, revocable);
    }

    /** Both together. */
    public Needs plus(Needs other) {
        SortedMap<String, Long> scalars = new TreeMap<>(milliScalars);
        other.milliScalars.forEach((name, milli) -> scalars.merge(name, milli, Math::addExact));
        SortedMap<String, Ranges> numbers = new TreeMap<>(ranges);
        other.ranges.forEach((name, more) -> numbers.merge(name, more, Ranges::plus));
        SortedSet<String> both = new TreeSet<>(volumes);
        both.addAll(other.volumes);
        return new Needs(scalars, ports + other.ports, numbers, both, revocable && other.revocable);
    }

    /** The same, content with resources that may be taken away. */
    public Needs orRevocable() {
        return new Needs(milliScalars, ports, ranges, volumes, true);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        milliScalars.forEach((name, milli) -> parts.add(Thousandths.text(milli) + " " + name));
        ranges.forEach((name, numbers) -> parts.add(name + " " + numbers));
        volumes.forEach(volume -> parts.add("volume " + volume));
        if (ports > 0) {
            parts.add(ports + " " + (ports == 1 ? "port" : PORTS));
        }
        return String.join(", ", parts) + (revocable ? " (revocable ones will do)" : "");
    }
}

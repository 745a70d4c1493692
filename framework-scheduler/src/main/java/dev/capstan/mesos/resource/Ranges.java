package dev.capstan.mesos.resource;

import org.apache.mesos.v1.Protos.Value;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A set of whole numbers.
 *
 * @param parts in ascending order, with at least one number missing between two of them
 */
public record Ranges(List<Range> parts) {
    /** No number. */
    public static final Ranges NONE = new Ranges(List.of());

    /** Takes ranges in any order, also overlapping and adjacent ones. */
    public Ranges {
        parts = coalesced(parts);
    }

    private static List<Range> coalesced(List<Range> ranges) {
        List<Range> sorted = ranges.stream().sorted(Comparator.comparingLong(Range::first)).toList();
        List<Range> parts = new ArrayList<>();
        for (Range range : sorted) {
            if (!parts.isEmpty() && range.first() <= parts.getLast().last() + 1) {
                Range before = parts.removeLast();
                parts.add(new Range(before.first(), Math.max(before.last(), range.last())));
            } else {
                parts.add(range);
            }
        }
        return List.copyOf(parts);
    }

    /** The numbers from one to another, both included. */
    public static Ranges of(long first, long last) {
        return new Ranges(List.of(new Range(first, last)));
    }

    /** As a master tells them; throws when a range ends before it begins. */
    public static Ranges of(Value.Ranges ranges) {
        return new Ranges(
                ranges.getRangeList().stream().map(each -> new Range(each.getBegin(), each.getEnd())).toList());
    }

    /** Back to the form in which they are sent. */
    public Value.Ranges toProto() {
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        parts.forEach(part -> ranges.addRangeBuilder().setBegin(part.first()).setEnd(part.last()));
        return ranges.build();
    }

    /** Whether there is no number. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** How many numbers there are. */
    public long count() {
        return parts.stream().mapToLong(Range::count).sum();
    }

    /** Whether a number is among them. */
    public boolean contains(long number) {
        return parts.stream().anyMatch(part -> part.first() <= number && number <= part.last());
    }

    /** Whether all numbers of another set are among them. */
    public boolean contains(Ranges other) {
        return other.minus(this).isEmpty();
    }

    /** The numbers of either set. */
    public Ranges plus(Ranges other) {
        List<Range> both = new ArrayList<>(parts);
        both.addAll(other.parts);
        return new Ranges(both);
    }

    /** The numbers that are not in another set. */
    public Ranges minus(Ranges other) {
        List<Range> left = new ArrayList<>();
        int next = 0;
        for (Range part : parts) {
            while (next < other.parts.size() && other.parts.get(next).last() < part.first()) {
                next++;
            }
            long from = part.first();
            for (int i = next; i < other.parts.size() && other.parts.get(i).first() <= part.last(); i++) {
                Range hole = other.parts.get(i);
                if (from < hole.first()) {
                    left.add(new Range(from, hole.first() - 1));
                }
                from = hole.last() + 1;
            }
            if (from <= part.last()) {
                left.add(new Range(from, part.last()));
            }
        }
        return new Ranges(left);
    }

    /** The numbers of both sets. */
    public Ranges and(Ranges other) {
        return minus(minus(other));
    }

    /** The least numbers, as many as asked for, or all when there are fewer. */
    public Ranges least(long most) {
        List<Range> taken = new ArrayList<>();
        long open = most;
        for (Range part : parts) {
            if (open <= 0) {
                break;
            }
            long count = Math.min(open, part.count());
            taken.add(new Range(part.first(), part.first() + count - 1));
            open -= count;
        }
        return new Ranges(taken);
    }

    @Override
    public String toString() {
        return parts.stream().map(Range::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}

package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.reduce.Fetching;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Groups sides whose keys come in hash order by walking them side by side: nothing is collected, and a side in the
 * cache is only read. What comes out is what a table of all sides would give, in the same order.
 */
final class MergedSides extends Fetching<Pair<Object, Object>> {
    private final List<HashOrderedSide> parts;
    private final int sides;

    /** Groups of different keys with one hash, which were collected together. */
    private final Deque<Pair<Object, Object>> clashing = new ArrayDeque<>();

    MergedSides(List<HashOrderedSide> parts, int sides) {
        this.parts = parts;
        this.sides = sides;
    }

    @Override
    protected @Nullable Pair<Object, Object> fetch() {
        if (!clashing.isEmpty()) {
            return clashing.poll();
        }
        HashOrderedSide first = null;
        boolean clash = false;
        for (HashOrderedSide part : parts) {
            if (part.ended()) {
                continue;
            }
            if (first == null || part.hash() < first.hash()) {
                first = part;
                clash = false;
            } else if (part.hash() == first.hash()) {
                clash = clash || !Objects.equals(part.key(), first.key());
            }
        }
        if (first == null) {
            return null;
        }
        if (clash) {
            collect(first.hash());
            return clashing.poll();
        }
        return group(first.key(), first.hash());
    }

    @SuppressWarnings("NullAway") // keys may be null
    private Pair<Object, Object> group(@Nullable Object key, int hash) {
        @Nullable List<Object>[] values = noValues();
        for (HashOrderedSide part : parts) {
            if (!part.ended() && part.hash() == hash) {
                part.take(values);
            }
        }
        return new Pair<>(key, listOf(values));
    }

    /** Groups the keys of this hash: few, however many keys there are, if hash codes are what they should be. */
    private void collect(int hash) {
        Map<Object, @Nullable List<Object>[]> groups = new LinkedHashMap<>();
        List<Map<Object, @Nullable List<Object>[]>> runs = new ArrayList<>();
        for (HashOrderedSide part : parts) {
            Map<Object, @Nullable List<Object>[]> run = new LinkedHashMap<>();
            while (!part.ended() && part.hash() == hash) {
                Object key = part.key();
                @Nullable List<Object>[] values = noValues();
                part.take(values);
                run.put(key, values);
            }
            runs.add(run);
        }
        for (int side = 0; side < sides; side++) {
            Map<Object, @Nullable List<Object>[]> run = runs.get(partOf(side));
            int of = side;
            run.forEach((key, values) -> {
                List<Object> there = values[of];
                if (there != null && !there.isEmpty()) {
                    groups.computeIfAbsent(key, _ -> noValues())[of] = there;
                }
            });
        }
        groups.forEach((key, values) -> clashing.add(new Pair<>(key, listOf(values))));
    }

    private int partOf(int side) {
        for (int part = 0; part < parts.size(); part++) {
            if (parts.get(part).sides().contains(side)) {
                return part;
            }
        }
        throw new IllegalStateException("no part has the side " + side);
    }

    /** Of lists that belong to the user, who may add to them. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable List<Object>[] noValues() {
        return new List[sides];
    }

    private static List<List<Object>> listOf(@Nullable List<Object>[] values) {
        List<List<Object>> lists = new ArrayList<>(values.length);
        for (List<Object> ofSide : values) {
            lists.add(ofSide == null ? new ArrayList<>(0) : ofSide);
        }
        return lists;
    }
}

package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.KeyHash;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Some of the sides that are merged: each key once, in hash order, with its values on these sides. */
final class HashOrderedSide {
    private final List<Integer> sides;
    private final Iterator<? extends Pair<Object, ?>> keys;

    /** Whether a value of an element is the one value of the one side, instead of a list for each side. */
    private final boolean single;

    private final String operator;
    private boolean ended;
    private int hash = Integer.MIN_VALUE; // the least one, as the order of hashes is that of unsigned numbers
    private @Nullable Object key;
    private @Nullable Object value;

    private HashOrderedSide(
            List<Integer> sides, Iterator<? extends Pair<Object, ?>> keys, boolean single, String operator) {
        this.sides = sides;
        this.keys = keys;
        this.single = single;
        this.operator = operator;
        step();
    }

    /** One side, on which each key has one value. */
    static HashOrderedSide ofValues(int side, Iterator<? extends Pair<Object, ?>> pairs, String operator) {
        return new HashOrderedSide(List.of(side), pairs, true, operator);
    }

    /** Several sides that were grouped together: of each key a list of values for each of them. */
    static HashOrderedSide ofGroups(List<Integer> sides, Iterator<Pair<Object, Object>> groups, String operator) {
        return new HashOrderedSide(sides, groups, false, operator);
    }

    List<Integer> sides() {
        return sides;
    }

    /** Whether all keys were taken. */
    boolean ended() {
        return ended;
    }

    /** The mixed hash of the key that comes next, so that signed comparison gives the order. */
    int hash() {
        return hash;
    }

    @Nullable Object key() {
        return key;
    }

    /** Hands out the values of the key that comes next, side by side, and goes on. */
    @SuppressWarnings({"unchecked", "NullAway"}) // values may be null
    void take(@Nullable List<Object>[] values) {
        if (single) {
            List<Object> one = new ArrayList<>(1);
            one.add(value);
            values[sides.getFirst()] = one;
        } else {
            List<List<Object>> lists = (List<List<Object>>) value;
            for (int i = 0; i < sides.size(); i++) {
                values[sides.get(i)] = lists.get(i);
            }
        }
        step();
    }

    private void step() {
        if (!keys.hasNext()) {
            ended = true;
            return;
        }
        Pair<Object, ?> pair = keys.next();
        int next = KeyHash.of(pair.key()) ^ Integer.MIN_VALUE;
        if (next < hash) {
            throw inconsistent(pair.key());
        }
        key = pair.key();
        value = pair.value();
        hash = next;
    }

    private IllegalStateException inconsistent(@Nullable Object late) {
        return new IllegalStateException(
                "the key "
                        + late
                        + " does not come where its hash code says, at "
                        + operator
                        + ": does the hashCode() of "
                        + (late == null ? "null" : late.getClass().getName())
                        + " depend on the process, or was the key changed?");
    }
}

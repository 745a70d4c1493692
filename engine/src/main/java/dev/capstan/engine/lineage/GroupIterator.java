package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.reduce.GroupCursor;
import dev.capstan.engine.task.Sneaky;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The groups that a cursor passes, as pairs of their keys and something made of their values. */
final class GroupIterator<V> implements Iterator<Pair<Object, V>> {
    private final GroupCursor groups;
    private final Function<GroupCursor, V> values;
    private boolean looked;
    private boolean found;

    /**
     * @param values makes something of the group where the cursor stands
     */
    GroupIterator(GroupCursor groups, Function<GroupCursor, V> values) {
        this.groups = groups;
        this.values = values;
    }

    @Override
    public boolean hasNext() {
        if (!looked) {
            try {
                found = groups.advance();
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            }
            looked = true;
        }
        return found;
    }

    @Override
    @SuppressWarnings("NullAway") // keys may be null
    public Pair<Object, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        looked = false;
        return new Pair<>(groups.key(), values.apply(groups));
    }
}

package dev.capstan.driver.scheduling;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A heap whose items know their place, so that one of them can move when its key changes without a search. */
final class IndexedHeap<T extends IndexedHeap.Item> {
    /** Something that is in at most one heap at a time. */
    abstract static class Item {
        private int place = -1;

        final boolean isQueued() {
            return place >= 0;
        }
    }

    private final List<T> items = new ArrayList<>();
    private final Comparator<? super T> order;

    IndexedHeap(Comparator<? super T> order) {
        this.order = order;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    @Nullable T first() {
        return items.isEmpty() ? null : items.getFirst();
    }

    void add(T item) {
        items.add(item);
        ((Item) item).place = items.size() - 1;
        up(item);
    }

    void remove(T item) {
        int place = ((Item) item).place;
        T last = items.removeLast();
        ((Item) item).place = -1;
        if (last != item) {
            put(last, place);
            moved(last);
        }
    }

    /** The item's key has changed. */
    void moved(T item) {
        up(item);
        down(item);
    }

    private void up(T item) {
        int place = ((Item) item).place;
        while (place > 0) {
            T parent = items.get((place - 1) / 2);
            if (order.compare(parent, item) <= 0) {
                break;
            }
            put(parent, place);
            place = (place - 1) / 2;
        }
        put(item, place);
    }

    private void down(T item) {
        int place = ((Item) item).place;
        while (true) {
            int child = 2 * place + 1;
            if (child >= items.size()) {
                break;
            }
            if (child + 1 < items.size() && order.compare(items.get(child + 1), items.get(child)) < 0) {
                child++;
            }
            if (order.compare(item, items.get(child)) <= 0) {
                break;
            }
            put(items.get(child), place);
            place = child;
        }
        put(item, place);
    }

    private void put(T item, int place) {
        items.set(place, item);
        ((Item) item).place = place;
    }
}

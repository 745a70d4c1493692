package dev.capstan.driver.scheduling;

import java.util.Arrays;

/** First in, first out, of ints without boxes. */
final class IntQueue {
    private int[] ring = new int[8];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int value) {
        if (size == ring.length) {
            int[] larger = new int[ring.length * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = get(i);
            }
            ring = larger;
            head = 0;
        }
        ring[(head + size++) & (ring.length - 1)] = value;
    }

    int peek() {
        return get(0);
    }

    int poll() {
        int value = get(0);
        head = (head + 1) & (ring.length - 1);
        size--;
        return value;
    }

    /** The one at this place, counted from the head. */
    int get(int place) {
        if (place >= size) {
            throw new IllegalStateException("place " + place + " of a queue of " + size);
        }
        return ring[(head + place) & (ring.length - 1)];
    }

    void clear() {
        head = 0;
        size = 0;
    }

    @Override
    public String toString() {
        int[] values = new int[size];
        Arrays.setAll(values, this::get);
        return Arrays.toString(values);
    }
}

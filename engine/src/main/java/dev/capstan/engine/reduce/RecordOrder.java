package dev.capstan.engine.reduce;

import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.function.Sorting;
import dev.capstan.kernel.serialization.SeekableReader.PrefixKind;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Puts the records of a buffer in the order of their keys; those of equal keys stay in the order in which they came.
 */
final class RecordOrder {
    private final SerializableComparator<Object> order;
    private final String operator;

    private record Keyed(@Nullable Object key, long address) {}

    /**
     * @param operator for messages
     */
    RecordOrder(SerializableComparator<Object> order, String operator) {
        this.order = order;
        this.operator = operator;
    }

    /** Whether the prefixes are of no use, so that each key must be made an object. */
    boolean comparesAll(RecordBuffer buffer) {
        return buffer.prefixKind() == PrefixKind.NONE || order.naturalSign() == 0;
    }

    /** Orders the buffer's addresses. */
    void sort(RecordBuffer buffer) {
        PrefixKind kind = buffer.prefixKind();
        if (comparesAll(buffer)) {
            compareAll(buffer, 0, buffer.size());
            return;
        }
        long[] prefixes = buffer.prefixes();
        if (order.naturalSign() < 0) {
            for (int i = 0; i < buffer.size(); i++) {
                prefixes[i] = ~prefixes[i];
            }
        }
        RadixOrder.sort(prefixes, buffer.addresses(), buffer.size());
        if (!kind.exact()) {
            compareEqualPrefixes(buffer, prefixes);
        }
    }

    private void compareEqualPrefixes(RecordBuffer buffer, long[] prefixes) {
        int start = 0;
        for (int i = 1; i <= buffer.size(); i++) {
            if (i == buffer.size() || prefixes[i] != prefixes[start]) {
                if (i - start > 1) {
                    compareAll(buffer, start, i);
                }
                start = i;
            }
        }
    }

    private void compareAll(RecordBuffer buffer, int start, int end) {
        long[] addresses = buffer.addresses();
        Keyed[] keyed = new Keyed[end - start];
        for (int i = 0; i < keyed.length; i++) {
            long address = addresses[start + i];
            keyed[i] = new Keyed(buffer.key(address), address);
        }
        Sorting.sort(Arrays.asList(keyed), Comparator.comparing(Keyed::key, order), operator);
        for (int i = 0; i < keyed.length; i++) {
            addresses[start + i] = keyed[i].address();
        }
    }
}

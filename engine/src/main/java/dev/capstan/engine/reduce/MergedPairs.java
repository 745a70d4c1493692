package dev.capstan.engine.reduce;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** Of several sorted sources one; of equal keys those of the earlier source come first. */
final class MergedPairs extends Fetching<Pair<Object, Object>> {
    private record Head(Pair<Object, Object> pair, int source) {}

    private final List<Iterator<Pair<Object, Object>>> sources;
    private final PriorityQueue<Head> heads;

    MergedPairs(List<Iterator<Pair<Object, Object>>> sources, SerializableComparator<Object> order) {
        this.sources = sources;
        Comparator<Head> byKey = Comparator.comparing(head -> head.pair().key(), order);
        heads = new PriorityQueue<>(byKey.thenComparingInt(Head::source));
        for (int source = 0; source < sources.size(); source++) {
            refill(source);
        }
    }

    private void refill(int source) {
        Iterator<Pair<Object, Object>> from = sources.get(source);
        if (from.hasNext()) {
            heads.add(new Head(from.next(), source));
        }
    }

    @Override
    protected @Nullable Pair<Object, Object> fetch() {
        Head head = heads.poll();
        if (head == null) {
            return null;
        }
        refill(head.source());
        return head.pair();
    }
}

package dev.capstan.engine.reduce;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.spill.SpilledRecords;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Pairs in a file, where keys and values take turns. */
final class WrittenPairs extends Fetching<Pair<Object, Object>> {
    private final Iterator<@Nullable Object> records;

    WrittenPairs(Iterator<@Nullable Object> records) {
        this.records = records;
    }

    /** The first segment of each file; a list of the caller's own. */
    static List<Iterator<Pair<Object, Object>>> of(List<SpilledRecords> files) throws IOException {
        List<Iterator<Pair<Object, Object>>> pairs = new ArrayList<>();
        for (SpilledRecords file : files) {
            pairs.add(new WrittenPairs(file.read(0)));
        }
        return pairs;
    }

    @Override
    protected @Nullable Pair<Object, Object> fetch() {
        if (!records.hasNext()) {
            return null;
        }
        Object key = records.next();
        return new Pair<>(key, records.next());
    }
}

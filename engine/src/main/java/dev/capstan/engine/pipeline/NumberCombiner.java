package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A hash table of numbers by numbers: key and value of an entry lie side by side in one array, so that adding touches
 * no object and leaves none behind. The first pair says of which kinds they are. When a pair comes that is different,
 * all goes to a table of objects, in the same order.
 */
final class NumberCombiner implements Combiner {
    private static final int UNKNOWN = 0;
    private static final int INT = 1;
    private static final int LONG = 2;
    private static final int DOUBLE = 3;

    private static final int MOST = 1 << 28;

    private final Supplier<Combiner> ofObjects;
    private final Fn2<Object, Object, Object> add;
    private int keyKind;
    private int valueKind;

    /** Takes over for good once numbers do not do. */
    private @Nullable Combiner instead;

    private final Slots slots = new Slots();
    private int size;

    /** The key of each entry and after it the value. */
    private long[] entries;

    private TableWatch watch = TableWatch.NONE;
    private int untilLook = 1;

    /**
     * @param ofObjects makes the table of objects, which begins the value of a key with the first that comes
     * @param add adds a value to that of a key
     */
    @SuppressWarnings("unchecked")
    NumberCombiner(Object ofObjects, Object add) {
        this.ofObjects = (Supplier<Combiner>) ofObjects;
        this.add = (Fn2<Object, Object, Object>) add;
        clear();
    }

    @Override
    public void accept(Pair<Object, Object> pair) throws Exception {
        add(pair.key(), pair.value());
    }

    @Override
    public void add(@Nullable Object key, @Nullable Object value) throws Exception {
        Combiner objects = instead;
        if (objects != null) {
            objects.add(key, value);
            return;
        }
        if (key instanceof Integer number && keyKind == INT) {
            put(number, number, value);
        } else if (key instanceof Long number && keyKind == LONG) {
            put(number, (int) (number ^ number >>> Integer.SIZE), value);
        } else {
            addOther(key, value);
            return;
        }
        if (--untilLook == 0) {
            untilLook = watch.look();
        }
    }

    /** The first pair, or one whose key is none of those that came before. */
    private void addOther(@Nullable Object key, @Nullable Object value) throws Exception {
        int kindOfKey = kindOf(key);
        int kindOfValue = kindOf(value);
        if (keyKind == UNKNOWN && (kindOfKey == INT || kindOfKey == LONG) && kindOfValue != UNKNOWN) {
            keyKind = kindOfKey;
            valueKind = kindOfValue;
            add(key, value);
        } else {
            toObjects().add(key, value);
        }
    }

    private static int kindOf(@Nullable Object object) {
        if (object instanceof Integer) {
            return INT;
        }
        return object instanceof Long ? LONG : object instanceof Double ? DOUBLE : UNKNOWN;
    }

    private void put(long key, int hashCode, @Nullable Object value) throws Exception {
        int hash = hashCode * KeyHash.SPREAD;
        int slot = slots.first(hash);
        for (int entry = slots.entry(slot); entry >= 0; entry = slots.entry(slot)) {
            if (entries[2 * entry] == key) {
                update(entry, add.apply(boxed(entries[2 * entry + 1], valueKind), value));
                return;
            }
            slot = slots.after(slot);
        }
        if (value != null && isOf(valueKind, value)) {
            begin(key, hash, slot, bits(value));
        } else {
            toObjects().add(boxed(key, keyKind), value);
        }
    }

    private void update(int entry, @Nullable Object value) {
        if (value != null && isOf(valueKind, value)) {
            entries[2 * entry + 1] = bits(value);
        } else {
            toObjects().replace(entry, value);
        }
    }

    private static boolean isOf(int kind, Object value) {
        return kind == INT ? value instanceof Integer : kind == LONG ? value instanceof Long : value instanceof Double;
    }

    private static long bits(Object number) {
        return number instanceof Double real ? Double.doubleToRawLongBits(real) : ((Number) number).longValue();
    }

    private static Object boxed(long bits, int kind) {
        if (kind == INT) {
            return Integer.valueOf((int) bits);
        }
        return kind == LONG ? (Object) Long.valueOf(bits) : (Object) Double.valueOf(Double.longBitsToDouble(bits));
    }

    private void begin(long key, int hash, int freeSlot, long value) {
        int entry = size++;
        if (2 * entry == entries.length) {
            grow();
            slots.add(hash, entry);
        } else {
            slots.take(freeSlot, entry);
        }
        entries[2 * entry] = key;
        entries[2 * entry + 1] = value;
    }

    private void grow() {
        int before = entries.length / 2;
        if (before >= MOST) {
            throw new IllegalStateException(
                    "more than " + MOST + " different keys in one partition: use more partitions");
        }
        entries = Arrays.copyOf(entries, 4 * before);
        slots.clear(2 * before);
        for (int entry = 0; entry < before; entry++) {
            slots.add(hashOf(entry), entry);
        }
    }

    private int hashOf(int entry) {
        long key = entries[2 * entry];
        return (keyKind == INT ? (int) key : (int) (key ^ key >>> Integer.SIZE)) * KeyHash.SPREAD;
    }

    private Combiner toObjects() {
        Combiner objects = ofObjects.get();
        for (int entry = 0; entry < size; entry++) {
            objects.begin(key(entry), value(entry));
        }
        clear();
        objects.watch(watch);
        instead = objects;
        return objects;
    }

    @Override
    public void begin(@Nullable Object key, @Nullable Object value) {
        Combiner objects = instead;
        (objects == null ? toObjects() : objects).begin(key, value);
    }

    @Override
    public void replace(int entry, @Nullable Object value) {
        Combiner objects = instead;
        (objects == null ? toObjects() : objects).replace(entry, value);
    }

    @Override
    public int size() {
        Combiner objects = instead;
        return objects == null ? size : objects.size();
    }

    @Override
    public @Nullable Object key(int entry) {
        Combiner objects = instead;
        return objects == null ? boxed(entries[2 * entry], keyKind) : objects.key(entry);
    }

    @Override
    public @Nullable Object value(int entry) {
        Combiner objects = instead;
        return objects == null ? boxed(entries[2 * entry + 1], valueKind) : objects.value(entry);
    }

    @Override
    public int objects() {
        Combiner objects = instead;
        return objects == null ? 0 : objects.objects();
    }

    @Override
    public int[] hashes() {
        Combiner objects = instead;
        if (objects != null) {
            return objects.hashes();
        }
        int[] hashes = new int[size];
        for (int entry = 0; entry < size; entry++) {
            hashes[entry] = hashOf(entry);
        }
        return hashes;
    }

    @Override
    public void watch(TableWatch newWatch) {
        watch = newWatch;
        Combiner objects = instead;
        if (objects != null) {
            objects.watch(newWatch);
        }
    }

    @Override
    public void clear() {
        Combiner objects = instead;
        if (objects != null) {
            objects.clear();
        }
        size = 0;
        entries = new long[2 * Slots.FIRST_CAPACITY];
        slots.clear(Slots.FIRST_CAPACITY);
    }

    @Override
    public long largeBytes() {
        Combiner objects = instead;
        return objects == null ? 0 : objects.largeBytes();
    }

    @Override
    public void recountLarge() {
        Combiner objects = instead;
        if (objects != null) {
            objects.recountLarge();
        }
    }

    @Override
    public long tableBytes() {
        Combiner objects = instead;
        return objects == null ? 8L * entries.length + slots.bytes() : objects.tableBytes();
    }
}

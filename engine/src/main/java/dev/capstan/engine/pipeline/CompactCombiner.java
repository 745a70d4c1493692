package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.memory.LargeObjects;
import dev.capstan.engine.memory.ObjectSize;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A hash table of numbers by numbers or by texts: key and value of an entry lie side by side in one array, so that
 * adding touches no object and leaves none behind. The first pair says of which kinds they are. When a pair comes that
 * is different, all goes to a table of objects, in the same order.
 *
 * <p>A short text is wholly in two longs, as {@link PackedText} tells. Of another one its hash code is there, and the
 * text beside the entries.
 *
 * <p>For one task. Each pipeline has a copy of this class, whose calls have met that pipeline's pairs and function
 * alone; so what is done for each pair is here, and what is shared with other copies is done once for each key.
 */
final class CompactCombiner implements Combiner {
    private static final int UNKNOWN = 0;
    private static final int INT = 1;
    private static final int LONG = 2;
    private static final int DOUBLE = 3;
    private static final int TEXT = 4;

    private static final int MOST = 1 << 28;

    /** In the place of the length: the text is beside the entries. */
    private static final int BESIDE = 0xFF;

    private final Supplier<Combiner> ofObjects;
    private final Fn2<Object, Object, Object> add;
    private int keyKind;
    private int valueKind;

    /** Takes over for good once numbers and texts do not do. */
    private @Nullable Combiner instead;

    private final Slots slots = new Slots();
    private int size;

    /** How many longs an entry takes: those of the key, and after them the value. */
    private int width = 2;

    private long[] entries;

    /** By entry the text that is not in its longs; empty as long as all are. */
    private @Nullable String[] texts;

    /** Of the texts beside the entries, those that are not {@link #large}. */
    private long textBytes;

    private long large;

    private TableWatch watch = TableWatch.NONE;
    private int untilLook = 1;

    /**
     * @param ofObjects makes the table of objects, which begins the value of a key with the first that comes
     * @param add adds a value to that of a key
     */
    @SuppressWarnings("unchecked")
    CompactCombiner(Object ofObjects, Object add) {
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
        if (key instanceof String text && keyKind == TEXT) {
            putText(text, value);
        } else if (key instanceof Integer number && keyKind == INT) {
            put(number, hashOfInt(number), value);
        } else if (key instanceof Long number && keyKind == LONG) {
            put(number, place(number), value);
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
        if (keyKind == UNKNOWN && kindOfKey != UNKNOWN && kindOfKey != DOUBLE && isNumber(kindOfValue)) {
            keyKind = kindOfKey;
            valueKind = kindOfValue;
            width = keyKind == TEXT ? 3 : 2;
            clear();
            add(key, value);
        } else {
            toObjects().add(key, value);
        }
    }

    private static int kindOf(@Nullable Object object) {
        if (object instanceof Integer) {
            return INT;
        } else if (object instanceof String) {
            return TEXT;
        }
        return object instanceof Long ? LONG : object instanceof Double ? DOUBLE : UNKNOWN;
    }

    private static boolean isNumber(int kind) {
        return kind == INT || kind == LONG || kind == DOUBLE;
    }

    private void put(long key, int hash, @Nullable Object value) throws Exception {
        int slot = slots.first(hash);
        for (int entry = slots.entry(slot); entry >= 0; entry = slots.entry(slot)) {
            if (entries[2 * entry] == key) {
                update(entry, 2 * entry + 1, value);
                return;
            }
            slot = slots.after(slot);
        }
        if (value != null && isOf(valueKind, value)) {
            int at = begin(hash, slot);
            entries[at] = key;
            entries[at + 1] = bits(value);
        } else {
            toObjects().add(boxed(key, keyKind), value);
        }
    }

    private void putText(String text, @Nullable Object value) throws Exception {
        int length = text.length();
        long first = 0;
        long second = 0;
        int all = 0;
        if (length <= PackedText.MOST) {
            int i = 0;
            for (; i < length && i < PackedText.IN_FIRST; i++) {
                char character = text.charAt(i);
                all |= character;
                first = first << Byte.SIZE | character;
            }
            for (; i < length; i++) {
                char character = text.charAt(i);
                all |= character;
                second = second << Byte.SIZE | character;
            }
        }
        if (length <= PackedText.MOST && (all & PackedText.NOT_LATIN) == 0) {
            put(first, second << Byte.SIZE | length, null, text, value);
        } else {
            put(0, (long) text.hashCode() << Byte.SIZE | BESIDE, text, text, value);
        }
    }

    /**
     * @param beside the text, if it is not in the two longs
     */
    private void put(long first, long second, @Nullable String beside, String text, @Nullable Object value)
            throws Exception {
        int hash = place(first, second);
        int alikes = 0;
        int slot = slots.first(hash);
        for (int entry = slots.entry(slot); entry >= 0; entry = slots.entry(slot)) {
            int at = 3 * entry;
            if (entries[at] == first && entries[at + 1] == second) {
                if (beside == null || beside.equals(texts[entry])) {
                    update(entry, at + 2, value);
                    return;
                }
                if (++alikes == AlikeKeys.MOST_IN_SLOTS) { // the table of objects knows what to do with so many
                    toObjects().add(text, value);
                    return;
                }
            }
            slot = slots.after(slot);
        }
        if (value != null && isOf(valueKind, value)) {
            int at = begin(hash, slot);
            entries[at] = first;
            entries[at + 1] = second;
            entries[at + 2] = bits(value);
            if (beside != null) {
                putBeside(size - 1, beside);
            }
        } else {
            toObjects().add(text, value);
        }
    }

    private void putBeside(int entry, String text) {
        if (texts.length <= entry) {
            texts = Arrays.copyOf(texts, entries.length / width);
        }
        texts[entry] = text;
        long bytes = LargeObjects.bytes(text);
        if (bytes > 0) {
            large += bytes;
            untilLook = 1;
        } else {
            textBytes += ObjectSize.of(text);
        }
    }

    /**
     * The place of a text in the table, which is not its hash code: that would have to be computed for each. What is
     * different in one long must not be made up for by the same in the other.
     */
    static int place(long first, long second) {
        long spread = first * 0x9E3779B97F4A7C15L;
        return (int) ((spread ^ spread >>> Integer.SIZE ^ second) * 0xC2B2AE3D27D4EB4FL >>> Integer.SIZE);
    }

    /** The place of a long number, which is not its hash code: pairs of ints in one long have few different ones. */
    static int place(long number) {
        return (int) (number * 0x9E3779B97F4A7C15L >>> Integer.SIZE);
    }

    private void update(int entry, int at, @Nullable Object value) throws Exception {
        Object sum = add.apply(boxed(entries[at], valueKind), value);
        if (sum != null && isOf(valueKind, sum)) {
            entries[at] = bits(sum);
        } else {
            toObjects().replace(entry, sum);
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

    /**
     * @return where its longs are
     */
    private int begin(int hash, int freeSlot) {
        int entry = size++;
        if (width * entry == entries.length) {
            grow();
            slots.add(hash, entry);
        } else {
            slots.take(freeSlot, entry);
        }
        return width * entry;
    }

    private void grow() {
        int before = entries.length / width;
        if (before >= MOST) {
            throw new IllegalStateException(
                    "more than " + MOST + " different keys in one partition: use more partitions");
        }
        entries = Arrays.copyOf(entries, 2 * entries.length);
        slots.clear(2 * before);
        for (int entry = 0; entry < before; entry++) {
            int at = width * entry;
            slots.add(placeOf(at), entry);
        }
    }

    /** The place of the entry whose longs are there. */
    private int placeOf(int at) {
        return switch (keyKind) {
            case TEXT -> place(entries[at], entries[at + 1]);
            case LONG -> place(entries[at]);
            default -> hashOfNumber(entries[at]);
        };
    }

    private int hashOfNumber(long key) {
        return keyKind == INT ? hashOfInt((int) key) : hashOfLong(key);
    }

    private static int hashOfInt(int key) {
        return key * KeyHash.SPREAD;
    }

    private static int hashOfLong(long key) {
        return (int) (key ^ key >>> Integer.SIZE) * KeyHash.SPREAD;
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
        if (objects != null) {
            return objects.key(entry);
        }
        return keyKind == TEXT ? text(entry) : boxed(entries[2 * entry], keyKind);
    }

    private String text(int entry) {
        String beside = textBeside(entry);
        return beside != null ? beside : PackedText.text(entries[3 * entry], entries[3 * entry + 1]);
    }

    private @Nullable String textBeside(int entry) {
        return entry < texts.length ? texts[entry] : null;
    }

    @Override
    public @Nullable Object value(int entry) {
        Combiner objects = instead;
        return objects == null ? boxed(entries[width * entry + width - 1], valueKind) : objects.value(entry);
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
            hashes[entry] = keyKind == TEXT ? hashOfText(entry) * KeyHash.SPREAD : hashOfNumber(entries[width * entry]);
        }
        return hashes;
    }

    private int hashOfText(int entry) {
        String beside = textBeside(entry);
        return beside != null ? beside.hashCode() : PackedText.hashCode(entries[3 * entry], entries[3 * entry + 1]);
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
        entries = new long[width * Slots.FIRST_CAPACITY];
        texts = new String[0];
        textBytes = 0;
        large = 0;
        slots.clear(Slots.FIRST_CAPACITY);
    }

    @Override
    public long largeBytes() {
        Combiner objects = instead;
        return objects == null ? large : objects.largeBytes();
    }

    @Override
    public void recountLarge() {
        Combiner objects = instead;
        if (objects != null) {
            objects.recountLarge();
        }
    }

    /** With the texts beside the entries, whose bytes are known. */
    @Override
    public long tableBytes() {
        Combiner objects = instead;
        return objects == null
                ? 8L * entries.length + 4L * texts.length + textBytes + slots.bytes()
                : objects.tableBytes();
    }
}

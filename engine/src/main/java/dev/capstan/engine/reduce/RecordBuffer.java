package dev.capstan.engine.reduce;

import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.SeekableReader;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records that stay the bytes that they came as, each with what its key says about its place. A key becomes an object
 * when it must be compared, a value when it leaves; so there is nothing that the garbage collector had to look at.
 */
final class RecordBuffer {
    private static final int POSITION_BITS = 32;

    private final Serializer serializer;
    private final ClassLoader loader;

    private final List<SeekableReader> frames = new ArrayList<>();
    private long frameBytes;
    private int size;

    /** Of each record the number of its frame and its position there. */
    private long[] addresses = new long[1024];

    private long[] prefixes = new long[1024];

    /** Of the keys; null before the first, NONE once they differ. */
    private SeekableReader.@Nullable PrefixKind kind;

    RecordBuffer(Serializer serializer, ClassLoader loader) {
        this.serializer = serializer;
        this.loader = loader;
    }

    /** Takes keys and values in turn, as they were written by the serializer. */
    void add(byte[] frame, int offset, int length) {
        var bytes = new ByteInput(frame, offset, length);
        SeekableReader records = serializer.seekable(bytes, loader);
        if (records != null) {
            add(records, length);
        } else {
            SeparateRecords separate = SeparateRecords.of(serializer, loader, bytes);
            add(separate, separate.bytes());
        }
    }

    private void add(SeekableReader records, int bytes) {
        long base = (long) frames.size() << POSITION_BITS;
        while (records.hasNext()) {
            if (size == addresses.length) {
                addresses = Arrays.copyOf(addresses, 2 * size);
                prefixes = Arrays.copyOf(prefixes, 2 * size);
            }
            SeekableReader.PrefixKind found = records.prefixKind();
            kind = kind == null || kind == found ? found : SeekableReader.PrefixKind.NONE;
            addresses[size] = base | records.position();
            prefixes[size] = found == SeekableReader.PrefixKind.NONE ? 0 : records.sortPrefix();
            size++;
            records.skip();
            records.skip();
        }
        frames.add(records);
        frameBytes += bytes;
    }

    int size() {
        return size;
    }

    /** All that it holds, and will need to sort it. */
    long bytes() {
        return frameBytes + 4L * Long.BYTES * addresses.length;
    }

    /** Of all keys the same one, if the prefixes tell something. */
    SeekableReader.PrefixKind prefixKind() {
        return kind == null ? SeekableReader.PrefixKind.NONE : kind;
    }

    long[] prefixes() {
        return prefixes;
    }

    /** Where the records are: to be put in order. */
    long[] addresses() {
        return addresses;
    }

    /** The key of the record there; its value is the next that {@link #value} gives. */
    @Nullable Object key(long address) {
        SeekableReader frame = frames.get((int) (address >>> POSITION_BITS));
        frame.position((int) address);
        return frame.read();
    }

    /** The value of the record whose key was read last. */
    @Nullable Object value(long address) {
        return frames.get((int) (address >>> POSITION_BITS)).read();
    }

    void clear() {
        frames.clear();
        frameBytes = 0;
        size = 0;
        addresses = new long[1024];
        prefixes = new long[1024];
        kind = null;
    }
}

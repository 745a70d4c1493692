package dev.capstan.engine.reduce;

import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.SeekableReader;
import dev.capstan.kernel.serialization.Serializer;
import dev.capstan.kernel.serialization.SortPrefix;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;

/**
 * The records of a serializer that reads them in their order only, made readable in any: each is serialized by itself,
 * behind its prefix and its length.
 */
final class SeparateRecords implements SeekableReader {
    private static final int HEADER = 1 + Long.BYTES;
    private static final PrefixKind[] KINDS = PrefixKind.values();

    private final Serializer serializer;
    private final ClassLoader loader;
    private final ByteInput in;
    private final int size;

    private SeparateRecords(Serializer serializer, ClassLoader loader, ByteOutput written) {
        this.serializer = serializer;
        this.loader = loader;
        this.in = new ByteInput(written.buffer(), 0, written.size());
        this.size = written.capacity();
    }

    static SeparateRecords of(Serializer serializer, ClassLoader loader, ByteInput records) {
        var out = new ByteOutput(2 * records.available());
        Iterator<@Nullable Object> objects = serializer.reader(records, loader);
        while (objects.hasNext()) {
            Object object = objects.next();
            PrefixKind kind = SortPrefix.kindOf(object);
            out.write(kind.ordinal());
            out.writeLong(object == null || kind == PrefixKind.NONE ? 0 : SortPrefix.of(object));
            byte[] bytes = serializer.serialize(object);
            out.writeVarInt(bytes.length);
            out.write(bytes);
        }
        return new SeparateRecords(serializer, loader, out);
    }

    /** What it takes of memory. */
    int bytes() {
        return size;
    }

    @Override
    public boolean hasNext() {
        return in.hasRemaining();
    }

    @Override
    public int position() {
        return in.position();
    }

    @Override
    public void position(int position) {
        in.position(position);
    }

    @Override
    public @Nullable Object read() {
        in.position(in.position() + HEADER);
        return serializer.deserialize(in.readBytes(in.readVarInt()), loader);
    }

    @Override
    public void skip() {
        in.position(in.position() + HEADER);
        int length = in.readVarInt();
        in.position(in.position() + length);
    }

    @Override
    public PrefixKind prefixKind() {
        int start = in.position();
        PrefixKind kind = KINDS[in.next()];
        in.position(start);
        return kind;
    }

    @Override
    public long sortPrefix() {
        int start = in.position();
        in.position(start + 1);
        long prefix = in.readLong();
        in.position(start);
        return prefix;
    }
}

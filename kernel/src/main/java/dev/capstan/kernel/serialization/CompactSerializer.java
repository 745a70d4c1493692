package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;

/**
 * Writes strings, numbers, records, enum constants, arrays and the common collections in a few bytes each, without
 * registration; everything else as {@link JavaSerializer} does. Records need not be {@link java.io.Serializable}.
 *
 * <p>What it writes itself are values: an object that occurs twice in a record is read as two, unless Java
 * serialization has written both together. A class is named once in a stream, with the components of a record; an enum
 * constant is too. So a class that is not the same on both sides is told, and equal values give equal bytes in every
 * process, as far as their sets and maps iterate in the same order.
 */
public final class CompactSerializer implements Serializer {
    private static final int FORMAT_VERSION = 1;

    /** Deeper nesting, as of a list that contains itself, is left to Java serialization, which knows cycles. */
    static final int MOST_DEPTH = 64;

    private final AllowedClasses allowed;
    private final JavaSerializer java;

    public CompactSerializer() {
        this(AllowedClasses.ALL);
    }

    /**
     * @param allowed which classes it writes and reads
     */
    public CompactSerializer(AllowedClasses allowed) {
        this.allowed = allowed;
        this.java = new JavaSerializer(allowed);
    }

    @Override
    public byte[] serialize(@Nullable Object value) {
        ByteOutput bytes = new ByteOutput(64);
        serialize(value, bytes);
        return bytes.toByteArray();
    }

    @Override
    public void serialize(@Nullable Object value, ByteOutput out) {
        writer(out).write(value);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T deserialize(byte[] bytes, ClassLoader loader) {
        return (T) new CompactReader<>(new ByteInput(bytes), loader, allowed, java).read();
    }

    @Override
    public RecordWriter writer(ByteOutput out) {
        return new CompactWriter(out, allowed, java);
    }

    @Override
    public <T> Iterator<T> reader(ByteInput in, ClassLoader loader) {
        return new CompactReader<>(in, loader, allowed, java);
    }

    @Override
    public SeekableReader seekable(ByteInput in, ClassLoader loader) {
        return new CompactCursor(new CompactReader<>(in, loader, allowed, java));
    }

    @Override
    public int formatVersion() {
        return FORMAT_VERSION;
    }
}

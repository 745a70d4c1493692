package dev.capstan.engine.operator;

import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.EmbeddedData;
import dev.capstan.kernel.serialization.Shareable;
import dev.capstan.kernel.serialization.Sharing;

import org.jspecify.annotations.Nullable;

/**
 * The neutral value of an aggregation. Functions may change what they are given, so each use has a copy of its own,
 * unless the value cannot change. It is written as elements of datasets are, which it is of one kind with.
 */
public final class Zero<A> implements Shareable {
    private static final long serialVersionUID = 1L;
    private static final CompactSerializer COMPACT = new CompactSerializer();

    @SuppressWarnings("serial") // Sharing has found it serializable
    private final @Nullable Object constant;

    /** Where it can be changed a copy that nobody else has. */
    private final @Nullable EmbeddedData original;

    private transient volatile byte @Nullable [] bytes;

    private Zero(@Nullable Object constant, @Nullable EmbeddedData original) {
        this.constant = constant;
        this.original = original;
    }

    public static <A> Zero<A> of(A value) {
        return Sharing.allows(value)
                ? new Zero<>(value, null)
                : new Zero<>(null, new EmbeddedData(new @Nullable Object[] {read(COMPACT.serialize(value))}));
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    public A fresh() {
        if (original == null) {
            return (A) constant;
        }
        byte[] written = bytes;
        if (written == null) {
            written = COMPACT.serialize(original.toArray()[0]);
            bytes = written;
        }
        return (A) read(written);
    }

    /** The loader is that of the thread, which task threads set to the application's. */
    private static @Nullable Object read(byte[] bytes) {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return COMPACT.deserialize(bytes, ofThread != null ? ofThread : Zero.class.getClassLoader());
    }
}

package dev.capstan.engine.operator;

import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Shareable;
import dev.capstan.kernel.serialization.Sharing;

import org.jspecify.annotations.Nullable;

/**
 * The neutral value of an aggregation. Functions may change what they are given, so each use has a copy of its own,
 * unless the value cannot change.
 */
public final class Zero<A> implements Shareable {
    private static final long serialVersionUID = 1L;
    private static final JavaSerializer JAVA = new JavaSerializer();

    /** Where it can be changed a copy that nobody else has, so that it travels as any other part of a function. */
    @SuppressWarnings("serial") // either Sharing has found it serializable, or it was serialized for the copy
    private final @Nullable Object value;

    private final boolean constant;
    private transient volatile byte @Nullable [] bytes;

    private Zero(@Nullable Object value, boolean constant) {
        this.value = value;
        this.constant = constant;
    }

    public static <A> Zero<A> of(A value) {
        return Sharing.allows(value) ? new Zero<>(value, true) : new Zero<>(read(JAVA.serialize(value)), false);
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    public A fresh() {
        if (constant) {
            return (A) value;
        }
        byte[] written = bytes;
        if (written == null) {
            written = JAVA.serialize(value);
            bytes = written;
        }
        return (A) read(written);
    }

    /** The loader is that of the thread, which task threads set to the application's. */
    private static @Nullable Object read(byte[] bytes) {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return JAVA.deserialize(bytes, ofThread != null ? ofThread : Zero.class.getClassLoader());
    }
}

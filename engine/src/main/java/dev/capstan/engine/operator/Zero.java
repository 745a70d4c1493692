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

    @SuppressWarnings("serial") // immutable, and Sharing has found it serializable
    private final @Nullable Object constant;

    private final byte @Nullable [] bytes;

    private Zero(@Nullable Object constant, byte @Nullable [] bytes) {
        this.constant = constant;
        this.bytes = bytes;
    }

    public static <A> Zero<A> of(A value) {
        return Sharing.allows(value) ? new Zero<>(value, null) : new Zero<>(null, JAVA.serialize(value));
    }

    /** The loader is that of the thread, which task threads set to the application's. */
    @SuppressWarnings({"unchecked", "NullAway"})
    public A fresh() {
        return bytes == null ? (A) constant : JAVA.deserialize(bytes, Thread.currentThread().getContextClassLoader());
    }
}

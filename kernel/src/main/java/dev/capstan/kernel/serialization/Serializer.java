package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;

/**
 * Turns objects into bytes and back.
 *
 * <p>A serializer has no state that a call leaves behind: all threads of a process share one. The writers and readers
 * that it makes belong to one thread each.
 *
 * <p><b>Identity.</b> What is written is the value at the moment of the call; changing the object afterwards changes
 * nothing. Two records of one stream never share an object when they are read, even if they did when they were written.
 * Within one record, sharing is kept by {@link JavaSerializer}; others say what they keep.
 *
 * <p>Every method throws {@link SerializationException} for what it cannot write or read.
 */
public interface Serializer {
    /** The bytes of one object. */
    byte[] serialize(@Nullable Object value);

    /** Appends these bytes to the output; worth its own code where large values would be copied once more. */
    default void serialize(@Nullable Object value, ByteOutput out) {
        out.write(serialize(value));
    }

    /**
     * The object of the bytes that {@link #serialize} made.
     *
     * @param loader finds the classes of the application
     */
    <T> T deserialize(byte[] bytes, ClassLoader loader);

    /** Appends records to the output, to be read by {@link #reader}. */
    RecordWriter writer(ByteOutput out);

    /** Reads the records up to the end of the input, in the order in which they were written. */
    <T> Iterator<T> reader(ByteInput in, ClassLoader loader);

    /**
     * Reads the records that {@link #writer} wrote in any order, without making those that are not asked for; null if
     * this serializer cannot.
     */
    default @Nullable SeekableReader seekable(ByteInput in, ClassLoader loader) {
        return null;
    }

    /**
     * Of the bytes that it writes. Files that outlive a program name it, and those of another version are refused:
     * raise it when bytes that were written before could not be read any more, or would be read as something else.
     */
    default int formatVersion() {
        return 1;
    }

    /** Writes records, one after another; each is complete in the output when the call returns. */
    interface RecordWriter {
        void write(@Nullable Object item);
    }
}

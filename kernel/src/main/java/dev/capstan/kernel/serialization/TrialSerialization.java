package dev.capstan.kernel.serialization;

/** Finds out whether a value could be serialized, without the time and the memory that a large one takes. */
public final class TrialSerialization {
    /** A fraction of a millisecond. What cannot be serialized mostly shows in the first elements of a collection. */
    private static final int MOST_BYTES = 256 << 10;

    private TrialSerialization() {}

    /**
     * Serializes the beginning of the value to nowhere.
     *
     * @throws SerializationException as {@link Serializer#serialize} would, if that fails within the beginning
     */
    public static void begin(Serializer serializer, Object value) {
        var beginning = new ByteOutput(64, MOST_BYTES);
        try {
            serializer.writer(beginning).write(value);
        } catch (RuntimeException e) {
            if (!beginning.refused()) {
                throw e;
            }
        }
    }
}

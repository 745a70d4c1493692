package dev.capstan.kernel.serialization;

/** Gives a serializer a name for {@code capstan.serializer}; found by {@link java.util.ServiceLoader}. */
public interface SerializerFactory {
    /** In small letters, {@code kryo}; not that of another one, nor one of ours. */
    String name();

    /** Makes the one instance of a process. */
    Serializer create();
}

package dev.capstan.engine.files;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Writes the elements of one file. */
public interface PartWriter<T extends @Nullable Object> {
    void write(T element) throws IOException;

    /** Completes the file and closes it. */
    void close() throws IOException;

    /** Lets go of what it holds outside of the heap. The file is closed already, and of no use to anybody. */
    default void abandon() {}
}

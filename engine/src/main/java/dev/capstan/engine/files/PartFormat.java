package dev.capstan.engine.files;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;

/** What the files of a saved dataset look like inside. */
public sealed interface PartFormat<T extends @Nullable Object> extends Shareable permits TextFormat, ObjectFormat {
    /** The end of the name of each file. */
    String suffix();

    /** Begins a file. */
    PartWriter<T> begin(OutputStream file, TaskContext task) throws IOException;
}

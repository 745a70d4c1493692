package dev.capstan.engine.files;

import dev.capstan.engine.operator.Gathering;
import dev.capstan.engine.pipeline.Gatherer;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Objects;

/**
 * Writes a partition to a file that no other attempt writes, and returns its name. The driver gives the file of the
 * attempt that counts its place; files of other attempts never get there.
 *
 * @param target where the files are to be in the end, for errors
 * @param work where attempts write; the driver made it
 */
public record SavePart<T>(String target, String work, PartFormat<T> format) implements Gathering<T, String>, Shareable {
    public SavePart {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(format, "format");
    }

    @Override
    public Gatherer<T, String> begin(TaskContext task) {
        return PartFile.begin(this, task);
    }
}

package dev.capstan.engine.lineage;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.FileHead;
import dev.capstan.engine.disk.FrameFile;
import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.storage.ElementFrames;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;

/**
 * Writes a partition to a file of the attempt's own, which takes the partition's name when it is complete. Of several
 * attempts any one counts.
 *
 * @param directory where the files go
 */
public record WriteCheckpoint<T>(String directory) implements PartitionFn<T, Boolean>, Shareable {
    @Override
    public Boolean apply(Iterator<T> elements, TaskContext task) throws IOException {
        Path file = CheckpointFiles.file(directory, task.partition());
        Path own = Path.of(directory, "." + file.getFileName() + "-" + task.task().number());
        try {
            byte[] head = FileHead.of(FileHead.Kind.CHECKPOINT, task.serializer());
            FrameFile.write(own, head, Codec.LZ4, out -> write(elements, task, out));
            task.checkKilled();
            Files.move(own, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(own);
        }
        return true;
    }

    private static void write(Iterator<?> elements, TaskContext task, FrameOutput out) throws IOException {
        var frames = new ElementFrames(task.serializer());
        while (elements.hasNext()) {
            if (frames.add(elements.next())) {
                frames.writeTo(out);
                task.checkKilled();
            }
        }
        if (!frames.isEmpty()) {
            frames.writeTo(out);
        }
    }
}

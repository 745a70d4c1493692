package dev.capstan.engine.files;

import dev.capstan.engine.pipeline.Gatherer;
import dev.capstan.engine.task.TaskContext;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of one attempt while it is written; deleted unless it is completed. */
final class PartFile<T> implements Gatherer<T, String> {
    private final SavePart<T> save;
    private final TaskContext task;
    private final Path path;
    private final OutputStream file;
    private final PartWriter<T> writer;
    private long written;
    private boolean complete;

    private PartFile(SavePart<T> save, TaskContext task, Path path, OutputStream file, PartWriter<T> writer) {
        this.save = save;
        this.task = task;
        this.path = path;
        this.file = file;
        this.writer = writer;
    }

    static <T> PartFile<T> begin(SavePart<T> save, TaskContext task) {
        Path path = Path.of(save.work(), "partition-" + task.partition() + "-task-" + task.task().number());
        try {
            // never an option that would make or overwrite what another attempt has
            OutputStream file = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                PartFile<T> part = new PartFile<>(save, task, path, file, save.format().begin(file, task));
                task.onCompletion(part::abandonUnlessComplete);
                return part;
            } catch (IOException e) {
                FileErrors.closeAfter(file, e);
                Files.deleteIfExists(path);
                throw e;
            }
        } catch (IOException e) {
            throw unwritable(save, task.partition(), e);
        }
    }

    @Override
    public void accept(T element) {
        try {
            writer.write(element);
            written++;
        } catch (IOException e) {
            throw unwritable(save, task.partition(), e);
        }
    }

    @Override
    public String result() {
        task.checkKilled();
        try {
            writer.close();
        } catch (IOException e) {
            throw unwritable(save, task.partition(), e);
        }
        complete = true;
        task.recorder().wrote(written);
        return path.getFileName().toString();
    }

    private void abandonUnlessComplete() {
        if (complete) {
            return;
        }
        try {
            file.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw unwritable(save, task.partition(), e);
        } finally {
            writer.abandon();
        }
    }

    private static UncheckedIOException unwritable(SavePart<?> save, int partition, IOException cause) {
        String what = "cannot write partition " + partition + " to " + save.target() + ": ";
        if (cause instanceof NoSuchFileException) {
            String reason =
                    "the directory is gone, or cannot be reached from this executor; somebody removed it while the job"
                            + " ran, or it is on a disk of the driver only";
            return new UncheckedIOException(what + reason, cause);
        }
        return new UncheckedIOException(what + FileErrors.reason(cause) + room(save.work()), cause);
    }

    private static String room(String directory) {
        long free = Path.of(directory).toFile().getUsableSpace() >> 10;
        return " (" + free + " KiB free); make room there, or save elsewhere";
    }
}

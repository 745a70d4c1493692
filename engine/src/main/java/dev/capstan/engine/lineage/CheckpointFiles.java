package dev.capstan.engine.lineage;

import dev.capstan.engine.disk.FileHead;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.Segment;
import dev.capstan.engine.storage.ElementFrames;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Serializer;
import dev.capstan.kernel.serialization.Shareable;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The partitions of a dataset as {@code checkpoint()} has written them, one file for each. */
public final class CheckpointFiles<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final String directory;
    private final String of;

    /**
     * @param of whose partitions they are, for messages
     */
    public CheckpointFiles(Origin origin, String directory, int partitions, String of) {
        super(origin, partitions, List.of(), null);
        this.directory = Objects.requireNonNull(directory, "directory");
        this.of = Objects.requireNonNull(of, "of");
    }

    public String directory() {
        return directory;
    }

    /** Where a partition lies. */
    public static Path file(String directory, int partition) {
        return Path.of(directory, String.format(Locale.ROOT, "part-%05d", partition));
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        Path file = file(directory, partition);
        String content = "partition " + partition + " of the checkpoint of " + of;
        try {
            var segment = new Segment(file, readHead(file, task.serializer()), Files.size(file), content);
            Frames frames = segment.open();
            task.onCompletion(frames::close);
            Iterator<T> elements =
                    ElementFrames.read(frames, task.serializer(), task.loader(), e -> unreadable(content, e));
            return new SourceIterator<>(elements, task);
        } catch (IOException e) {
            throw unreadable(content, e);
        }
    }

    /** Returns where the frames begin. */
    private static long readHead(Path file, Serializer serializer) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            FileHead.read(in, FileHead.Kind.CHECKPOINT, serializer);
            return FileHead.of(FileHead.Kind.CHECKPOINT, serializer).length;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            String reason = e instanceof EOFException ? "it ends too early" : e.getMessage();
            throw new IOException(file + ": " + reason, e);
        }
    }

    private UncheckedIOException unreadable(String content, IOException e) {
        return new UncheckedIOException(
                content
                        + " cannot be read ("
                        + e
                        + "); its lineage was cut, so the program has to be run again; the directory must be there and"
                        + " the same for driver and executors: "
                        + directory,
                e);
    }
}

package dev.capstan.engine.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one consumer of a task spills to: one file to which it appends as often as it spills, and one more for each
 * directory that was full. Closing deletes them. Belongs to the task's thread.
 *
 * <pre>{@code
 * try (SpillFile spills = directories.spillFile("sort of shuffle 3", codec)) {
 *     Segment run = spills.append(out -> out.frame(bytes, 0, length), length);
 *     ...
 *     Frames frames = run.open();
 * }
 * }</pre>
 */
public final class SpillFile implements AutoCloseable {
    private final LocalDirectories directories;
    private final String content;
    private final Codec codec;
    private final List<Path> files = new ArrayList<>();

    SpillFile(LocalDirectories directories, String content, Codec codec) {
        this.directories = directories;
        this.content = content;
        this.codec = codec;
    }

    /** Writes frames; called once more for the next directory if one is full. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FrameOutput out) throws IOException;
    }

    /**
     * Appends all that the content writes.
     *
     * @param bytes about how many, uncompressed, for the message when there is no room
     */
    public Segment append(Content frames, long bytes) throws IOException {
        if (!files.isEmpty()) {
            try {
                return append(files.getLast(), frames);
            } catch (IOException e) {
                return inNewFile(frames, bytes, e);
            }
        }
        return inNewFile(frames, bytes, null);
    }

    private Segment inNewFile(Content frames, long bytes, @Nullable IOException before) throws IOException {
        @Nullable Path full = before == null ? null : files.getLast().getParent();
        return directories.write(
                content,
                bytes,
                full,
                before,
                file -> {
                    files.add(file);
                    try {
                        return append(file, frames);
                    } catch (IOException e) {
                        files.remove(file);
                        throw e;
                    }
                });
    }

    private Segment append(Path file, Content frames) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            long start = out.length();
            try (FrameOutput frameOutput = new FrameOutput(out, codec, start)) {
                out.seek(start);
                frames.writeTo(frameOutput);
                frameOutput.flush();
                return new Segment(file, start, frameOutput.position(), content);
            } catch (IOException e) {
                out.setLength(start);
                throw e;
            }
        }
    }

    @Override
    public void close() {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + file, e);
            }
        }
        files.clear();
    }
}

package dev.capstan.engine.spill;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.disk.Segment;
import dev.capstan.kernel.serialization.Serializer;

import java.io.IOException;
import java.util.Objects;

/** Writes records of tasks to the local disks of their executor. */
public final class Spills {
    private final Serializer serializer;
    private final ClassLoader loader;
    private final LocalDirectories directories;
    private final Codec codec;

    public Spills(Serializer serializer, ClassLoader loader, LocalDirectories directories, Codec codec) {
        this.serializer = Objects.requireNonNull(serializer, "serializer");
        this.loader = Objects.requireNonNull(loader, "loader");
        this.directories = Objects.requireNonNull(directories, "directories");
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** Writes all records; called once more, from the beginning, when a disk is full and there is another one. */
    @FunctionalInterface
    public interface Content {
        void writeTo(RecordOutput out) throws IOException;
    }

    /**
     * Writes a file. It is the caller's to close.
     *
     * @param what lies there, for messages: {@code the groups of groupByKey at Logs.java:12}
     * @param bytes about how many, for the message when there is no room
     */
    public SpilledRecords write(String what, long bytes, Content content) throws IOException {
        var last = new RecordOutput[1];
        Segment whole =
                directories.writeWhole(
                        what,
                        bytes,
                        codec,
                        frames -> {
                            last[0] = new RecordOutput(serializer, frames);
                            content.writeTo(last[0]);
                        });
        return new SpilledRecords(whole, last[0].ends(), serializer, loader);
    }
}

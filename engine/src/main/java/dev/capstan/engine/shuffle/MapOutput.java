package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameReading;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.memory.Evictable;
import dev.capstan.engine.memory.StorageGrant;

import java.io.FileNotFoundException;
import java.io.IOException;

/** A committed map output, in memory or on disk. Any thread may read it, evict it or throw it away. */
final class MapOutput implements Evictable {
    private final OutputFiles files;

    /** Guarded by this object where it changes; who reads it keeps what it was. */
    private volatile Content content;

    private sealed interface Content {}

    private record InMemory(PackedFrames frames, StorageGrant grant) implements Content {}

    private record OnDisk(OutputFile file) implements Content {}

    private record Discarded() implements Content {}

    MapOutput(OutputFiles files, PackedFrames frames, StorageGrant grant) {
        this.files = files;
        this.content = new InMemory(frames, grant);
    }

    MapOutput(OutputFiles files, OutputFile file) {
        this.files = files;
        this.content = new OnDisk(file);
    }

    /** From now on it may be evicted. */
    void seal() {
        if (content instanceof InMemory(var _, StorageGrant grant)) {
            grant.seal(this);
        }
    }

    long size() {
        return switch (content) {
            case InMemory(PackedFrames frames, var _) -> frames.bytes().length;
            case OnDisk(OutputFile file) -> file.indexStart();
            case Discarded() -> 0;
        };
    }

    long size(int firstSlice, int endSlice) throws IOException {
        return switch (content) {
            case InMemory(PackedFrames frames, var _) -> frames.size(firstSlice, endSlice);
            case OnDisk(OutputFile file) -> file.segment(firstSlice, endSlice).length();
            case Discarded() -> 0;
        };
    }

    Frames open(int firstSlice, int endSlice) throws IOException {
        return switch (content) {
            case InMemory(PackedFrames frames, StorageGrant grant) -> {
                grant.touch();
                yield frames.open(firstSlice, endSlice);
            }
            case OnDisk(OutputFile file) -> file.segment(firstSlice, endSlice).open();
            case Discarded() -> throw new FileNotFoundException(files.describe() + " was dropped");
        };
    }

    /** Which output of its store it is. */
    long number() {
        return files.number();
    }

    OutgoingPiece openToSend(int firstSlice, int endSlice, int skippedFrames) throws IOException {
        return content instanceof OnDisk(OutputFile file)
                ? new PieceOnDisk(number(), file.segment(firstSlice, endSlice).openToSend(skippedFrames))
                : PieceInMemory.of(number(), open(firstSlice, endSlice), skippedFrames, files.codec());
    }

    FrameReading readAgain(int firstSlice, int endSlice, int frame) throws IOException {
        return content instanceof OnDisk(OutputFile file)
                ? file.segment(firstSlice, endSlice).reading(frame)
                : new FrameReading(true, files.describe() + " in memory");
    }

    @Override
    public void evict() throws IOException {
        if (content instanceof InMemory(PackedFrames frames, var _)) {
            OutputFile file = files.write(frames::writeTo, frames.bytes().length);
            synchronized (this) {
                if (content instanceof InMemory) {
                    content = new OnDisk(file);
                    return;
                }
            }
            files.directories().delete(file.file()); // thrown away while it was written
        }
    }

    synchronized void discard() {
        switch (content) {
            case InMemory(var _, StorageGrant grant) -> grant.close();
            case OnDisk(OutputFile file) -> files.directories().delete(file.file());
            case Discarded() -> {}
        }
        content = new Discarded();
    }
}

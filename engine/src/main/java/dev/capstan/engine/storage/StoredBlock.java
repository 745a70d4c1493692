package dev.capstan.engine.storage;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.disk.Segment;
import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.memory.Evictable;
import dev.capstan.engine.memory.StorageGrant;
import dev.capstan.kernel.serialization.SerializationException;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** A block that is kept, in memory or on disk. Any thread may read it, evict it or throw it away. */
final class StoredBlock implements Evictable {
    private static final System.Logger LOG = System.getLogger(StoredBlock.class.getName());

    /** What the blocks of an executor share. */
    record Surroundings(Serializer serializer, ClassLoader loader, LocalDirectories directories, Codec codec) {}

    /** Where the elements are. */
    sealed interface Content {}

    record Objects(List<Object> elements, StorageGrant grant) implements Content {}

    record InMemory(MemoryFrames frames, StorageGrant grant) implements Content {}

    record OnDisk(Segment segment) implements Content {}

    private record Discarded() implements Content {}

    private final BlockId id;
    private final StorageLevel level;
    private final Surroundings surroundings;
    private final Consumer<StoredBlock> moved;
    private final Consumer<StoredBlock> drop;

    /** Guarded by this object where it changes; who reads it keeps what it was. */
    private volatile Content content;

    /**
     * @param moved is told when it has gone to disk
     * @param drop forgets a block that must leave memory and may not go to disk
     */
    StoredBlock(
            BlockId id,
            StorageLevel level,
            Content content,
            Surroundings surroundings,
            Consumer<StoredBlock> moved,
            Consumer<StoredBlock> drop) {
        this.id = id;
        this.level = level;
        this.content = content;
        this.surroundings = surroundings;
        this.moved = moved;
        this.drop = drop;
    }

    BlockId id() {
        return id;
    }

    /** What it takes now. */
    KeptBlock kept() {
        return switch (content) {
            case Objects(var _, StorageGrant grant) -> new KeptBlock(id, grant.bytes(), 0, level);
            case InMemory(var _, StorageGrant grant) -> new KeptBlock(id, grant.bytes(), 0, level);
            case OnDisk(Segment segment) -> new KeptBlock(id, 0, segment.length(), level);
            case Discarded _ -> new KeptBlock(id, 0, 0, level);
        };
    }

    /** From now on it may be evicted. */
    void seal() {
        switch (content) {
            case Objects(var _, StorageGrant grant) -> grant.seal(this);
            case InMemory(var _, StorageGrant grant) -> grant.seal(this);
            case OnDisk _, Discarded _ -> {}
        }
    }

    /** What it is now; using it counts. */
    Content use() {
        Content now = content;
        switch (now) {
            case Objects(var _, StorageGrant grant) -> grant.touch();
            case InMemory(var _, StorageGrant grant) -> grant.touch();
            case OnDisk _, Discarded _ -> {}
        }
        return now;
    }

    /** Its frames, if it is kept as bytes. */
    Frames frames() throws IOException {
        return switch (use()) {
            case InMemory(MemoryFrames frames, var _) -> frames.open();
            case OnDisk(Segment segment) -> segment.open();
            case Objects _, Discarded _ -> throw new FileNotFoundException(id + " was dropped");
        };
    }

    /** Its frames, ready to be sent. */
    StoredFrames stored() throws IOException {
        return switch (use()) {
            case Objects(List<Object> elements, var _) -> serialized(elements);
            case InMemory(MemoryFrames frames, var _) -> StoredFrames.compress(frames.open(), surroundings.codec());
            case OnDisk(Segment segment) -> segment.openStored();
            case Discarded _ -> throw new FileNotFoundException(id + " was dropped");
        };
    }

    /** One frame at a time: of objects there is no other copy in memory. */
    private StoredFrames serialized(List<Object> elements) {
        Iterator<Object> left = elements.iterator();
        var frames = new ElementFrames(surroundings.serializer());
        return new StoredFrames() {
            @Override
            public @Nullable StoredFrame next() {
                boolean full = false;
                while (!full && left.hasNext()) {
                    full = frames.add(left.next());
                }
                if (frames.isEmpty()) {
                    return null;
                }
                byte[] frame = frames.take();
                return StoredFrame.of(surroundings.codec(), frame, 0, frame.length);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void evict() throws IOException {
        if (!level.usesDisk()) {
            drop.accept(this);
            return;
        }
        try {
            Content now = content;
            long bytes =
                    switch (now) {
                        case Objects(var _, StorageGrant grant) -> grant.bytes();
                        case InMemory(MemoryFrames frames, var _) -> frames.size();
                        case OnDisk _, Discarded _ -> 0;
                    };
            becomeOnDisk(
                    surroundings
                            .directories()
                            .writeWhole(id.toString(), bytes, surroundings.codec(), out -> write(now, out)));
            moved.accept(this);
        } catch (SerializationException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot go to disk and is dropped: {1}", id, e.getMessage());
            drop.accept(this);
        }
    }

    private void write(Content now, FrameOutput out) throws IOException {
        switch (now) {
            case Objects(List<Object> elements, var _) -> writeObjects(elements, surroundings.serializer(), out);
            case InMemory(MemoryFrames frames, var _) -> frames.writeTo(out);
            case OnDisk _, Discarded _ -> {}
        }
    }

    static void writeObjects(List<?> elements, Serializer serializer, FrameOutput out) throws IOException {
        var frames = new ElementFrames(serializer);
        for (Object element : elements) {
            if (frames.add(element)) {
                frames.writeTo(out);
            }
        }
        if (!frames.isEmpty()) {
            frames.writeTo(out);
        }
    }

    private void becomeOnDisk(Segment segment) {
        synchronized (this) {
            if (!(content instanceof Discarded)) {
                content = new OnDisk(segment);
                return;
            }
        }
        surroundings.directories().delete(segment.file()); // thrown away while it was written
    }

    synchronized void discard() {
        switch (content) {
            case Objects(var _, StorageGrant grant) -> grant.close();
            case InMemory(var _, StorageGrant grant) -> grant.close();
            case OnDisk(Segment segment) -> surroundings.directories().delete(segment.file());
            case Discarded _ -> {}
        }
        content = new Discarded();
    }
}

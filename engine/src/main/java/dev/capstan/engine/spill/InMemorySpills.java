package dev.capstan.engine.spill;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A disk of its own on the heap, for simulations. */
public final class InMemorySpills implements Spills {
    private final Serializer serializer;
    private final ClassLoader loader;

    public InMemorySpills(Serializer serializer, ClassLoader loader) {
        this.serializer = serializer;
        this.loader = loader;
    }

    @Override
    public SpillFile create(TaskContext task, String what) {
        return new InMemoryFile();
    }

    private final class InMemoryFile implements SpillFile {
        private final List<byte[]> segments = new ArrayList<>();
        private ByteOutput open = new ByteOutput();
        private Serializer.RecordWriter writer = serializer.writer(open);
        private long bytes;

        @Override
        public void write(@Nullable Object record) {
            writer.write(record);
        }

        @Override
        public void endSegment() {
            segments.add(open.toByteArray());
            bytes += open.size();
            open = new ByteOutput();
            writer = serializer.writer(open);
        }

        @Override
        public Iterator<@Nullable Object> read(int segment) {
            return serializer.reader(new ByteInput(segments.get(segment)), loader);
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            segments.clear();
        }
    }
}

package dev.capstan.engine.storage;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.memory.GrowthEstimate;
import dev.capstan.engine.memory.LargeObjects;
import dev.capstan.engine.memory.ObjectSize;
import dev.capstan.engine.memory.StorageGrant;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Takes the elements of a partition into memory as long as there is room, with a grant that grows. If there is none, it
 * hands on what it has so far (see {@link HandedOn}); nothing is lost and nothing is computed twice.
 */
abstract sealed class Unroll {
    /** How much it asks for at first; then the half of what it has. */
    private static final long STEP = 64 << 10;

    final StorageGrant grant;

    private Unroll(StorageGrant grant) {
        this.grant = grant;
    }

    /** As objects. */
    static Unroll objects(StorageGrant grant, Serializer serializer) {
        return new OfObjects(grant, serializer);
    }

    /** As bytes. */
    static Unroll frames(StorageGrant grant, MemoryFrames frames, Serializer serializer, ClassLoader loader) {
        return new OfFrames(grant, frames, serializer, loader);
    }

    /** All elements, ready to be kept; null if there was no room for all. */
    StoredBlock.@Nullable Content takeAll(Iterator<?> elements) {
        while (elements.hasNext()) {
            add(elements.next());
            if (bytes() > grant.bytes() && !grow(bytes())) {
                return null;
            }
        }
        return finish();
    }

    private boolean grow(long wanted) {
        long has = grant.bytes();
        return grant.grow(Math.max(wanted - has, Math.max(STEP, has / 2))) || grant.grow(wanted - has);
    }

    private StoredBlock.@Nullable Content finish() {
        StoredBlock.Content content = complete();
        long size = bytes();
        if (size > grant.bytes() && !grow(size)) {
            return null;
        }
        grant.shrinkTo(size);
        return content;
    }

    abstract void add(@Nullable Object element);

    /** What it takes now, nearly. */
    abstract long bytes();

    abstract StoredBlock.Content complete();

    /** What was taken so far, each once, as the memory for it was granted. */
    abstract HandedOn.Rest taken();

    private static final class OfObjects extends Unroll {
        private final ArrayList<@Nullable Object> elements = new ArrayList<>();
        private final GrowthEstimate estimate = new GrowthEstimate(this::measure);
        private final Serializer serializer;
        private long large;

        OfObjects(StorageGrant grant, Serializer serializer) {
            super(grant);
            this.serializer = serializer;
        }

        @Override
        void add(@Nullable Object element) {
            elements.add(element);
            estimate.grew();
            large += LargeObjects.bytes(element);
        }

        private long measure() {
            return ObjectSize.ofReferences(elements.size())
                    + LargeObjects.bytesOfOthers(elements.size(), elements::get);
        }

        @Override
        long bytes() {
            return estimate.bytes() + large;
        }

        @Override
        StoredBlock.Content complete() {
            elements.trimToSize();
            return new StoredBlock.Objects(Collections.unmodifiableList(elements), grant);
        }

        @Override
        HandedOn.Rest taken() {
            return new RestOfObjects(elements, bytes(), serializer);
        }
    }

    private static final class RestOfObjects implements HandedOn.Rest {
        /** So many are handed out at once, or fewer if they are large. */
        private static final int MOST_AT_ONCE = 64;

        private final List<@Nullable Object> elements;
        private final Serializer serializer;
        private final double bytesEach;
        private final int atOnce;
        private int next;

        RestOfObjects(List<@Nullable Object> elements, long bytes, Serializer serializer) {
            this.elements = elements;
            this.serializer = serializer;
            this.bytesEach = (double) bytes / Math.max(1, elements.size());
            this.atOnce = (int) Math.clamp(ElementFrames.FRAME_BYTES / (bytesEach + 1), 1, MOST_AT_ONCE);
        }

        @Override
        public @Nullable Iterator<?> take() {
            if (next == elements.size()) {
                return null;
            }
            List<@Nullable Object> some = elements.subList(next, Math.min(elements.size(), next + atOnce));
            Iterator<?> taken = Arrays.asList(some.toArray()).iterator();
            some.replaceAll(_ -> null);
            next += some.size();
            return taken;
        }

        @Override
        public long bytes() {
            return (long) (bytesEach * (elements.size() - next));
        }

        @Override
        public void writeTo(FrameOutput out) throws IOException {
            StoredBlock.writeObjects(elements.subList(next, elements.size()), serializer, out);
        }
    }

    private static final class OfFrames extends Unroll {
        private final MemoryFrames full;
        private final ElementFrames current;
        private final Serializer serializer;
        private final ClassLoader loader;

        OfFrames(StorageGrant grant, MemoryFrames full, Serializer serializer, ClassLoader loader) {
            super(grant);
            this.full = full;
            this.current = new ElementFrames(serializer);
            this.serializer = serializer;
            this.loader = loader;
        }

        @Override
        void add(@Nullable Object element) {
            if (current.add(element)) {
                full.add(current.take());
            }
        }

        /** One frame that is not full is not counted: it is small, and every unrolling has one. */
        @Override
        long bytes() {
            return full.size();
        }

        @Override
        StoredBlock.Content complete() {
            closeFrame();
            return new StoredBlock.InMemory(full, grant);
        }

        private void closeFrame() {
            if (!current.isEmpty()) {
                full.add(current.take());
            }
        }

        @Override
        HandedOn.Rest taken() {
            closeFrame();
            return new RestOfFrames(full, serializer, loader);
        }
    }

    private static final class RestOfFrames implements HandedOn.Rest {
        private final MemoryFrames frames;
        private final Serializer serializer;
        private final ClassLoader loader;

        RestOfFrames(MemoryFrames frames, Serializer serializer, ClassLoader loader) {
            this.frames = frames;
            this.serializer = serializer;
            this.loader = loader;
        }

        @Override
        public @Nullable Iterator<?> take() {
            byte[] frame = frames.takeFirst();
            return frame == null ? null : serializer.reader(new ByteInput(frame, 0, frame.length), loader);
        }

        @Override
        public long bytes() {
            return frames.size();
        }

        @Override
        public void writeTo(FrameOutput out) throws IOException {
            frames.writeTo(out);
        }
    }
}

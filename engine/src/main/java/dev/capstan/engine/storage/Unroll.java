package dev.capstan.engine.storage;

import dev.capstan.engine.memory.GrowthEstimate;
import dev.capstan.engine.memory.ObjectSize;
import dev.capstan.engine.memory.StorageGrant;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Takes the elements of a partition into memory as long as there is room, with a grant that grows. If there is none, it
 * hands out what it has so far, followed by the rest; nothing is lost and nothing is computed twice.
 */
abstract sealed class Unroll {
    /** How much it asks for at first; then the half of what it has. */
    private static final long STEP = 64 << 10;

    final StorageGrant grant;

    private Unroll(StorageGrant grant) {
        this.grant = grant;
    }

    /** As objects. */
    static Unroll objects(StorageGrant grant) {
        return new OfObjects(grant);
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

    /** What was taken so far, each once. */
    abstract Iterator<?> taken();

    /** The elements that were taken, then the rest. */
    @SuppressWarnings("unchecked")
    <T> Iterator<T> takenAnd(Iterator<T> rest) {
        Iterator<T> first = (Iterator<T>) taken();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return first.hasNext() || rest.hasNext();
            }

            @Override
            public T next() {
                return first.hasNext() ? first.next() : rest.next();
            }
        };
    }

    private static final class OfObjects extends Unroll {
        private final ArrayList<@Nullable Object> elements = new ArrayList<>();
        private final GrowthEstimate estimate = new GrowthEstimate(() -> ObjectSize.of(elements));

        OfObjects(StorageGrant grant) {
            super(grant);
        }

        @Override
        void add(@Nullable Object element) {
            elements.add(element);
            estimate.grew();
        }

        @Override
        long bytes() {
            return estimate.bytes();
        }

        @Override
        StoredBlock.Content complete() {
            elements.trimToSize();
            return new StoredBlock.Objects(Collections.unmodifiableList(elements), grant);
        }

        @Override
        Iterator<?> taken() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < elements.size();
                }

                @Override
                public @Nullable Object next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return elements.set(next++, null); // nobody counts it any more, so it should go soon
                }
            };
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
        Iterator<?> taken() {
            closeFrame();
            return ElementFrames.read(
                    full.open(), serializer, loader, e -> new IllegalStateException("frames in memory", e));
        }
    }
}

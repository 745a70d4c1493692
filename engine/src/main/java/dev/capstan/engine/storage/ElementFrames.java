package dev.capstan.engine.storage;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Frames;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Elements as frames, and back: each frame holds whole elements and can be read by itself. */
public final class ElementFrames {
    static final int FRAME_BYTES = 128 << 10;
    private static final int FIRST_BYTES = 1024;

    /** Room for most frames; what one huge element needed is not kept for the next. */
    private static final int MOST_KEPT_BYTES = 4 * FRAME_BYTES;

    private final Serializer serializer;
    private ByteOutput bytes = new ByteOutput(FIRST_BYTES);
    private Serializer.@Nullable RecordWriter writer;

    public ElementFrames(Serializer serializer) {
        this.serializer = serializer;
    }

    /** Adds an element; true if the frame is full. */
    public boolean add(@Nullable Object element) {
        Serializer.RecordWriter open = writer;
        if (open == null) {
            open = serializer.writer(bytes);
            writer = open;
        }
        open.write(element);
        return bytes.size() >= FRAME_BYTES;
    }

    public boolean isEmpty() {
        return bytes.size() == 0;
    }

    /** The frame so far; the next element begins another one. */
    public byte[] take() {
        byte[] frame = bytes.toByteArray();
        clear();
        return frame;
    }

    /** Writes the frame so far, without a copy of it: memory may be short. The next element begins another one. */
    public void writeTo(FrameOutput out) throws IOException {
        out.frame(bytes.buffer(), 0, bytes.size());
        clear();
    }

    private void clear() {
        if (bytes.capacity() > MOST_KEPT_BYTES) {
            bytes = new ByteOutput(FIRST_BYTES);
        }
        bytes.truncate(0);
        writer = null;
    }

    /**
     * The elements of the frames, which are closed at the end.
     *
     * @param damaged what to throw where the frames cannot be read
     */
    public static <T> Iterator<T> read(
            Frames frames, Serializer serializer, ClassLoader loader, Function<IOException, RuntimeException> damaged) {
        return new Iterator<>() {
            private @Nullable Iterator<T> elements;

            @Override
            public boolean hasNext() {
                while (elements == null || !elements.hasNext()) {
                    if (!nextFrame()) {
                        return false;
                    }
                }
                return true;
            }

            private boolean nextFrame() {
                try {
                    if (!frames.next()) {
                        frames.close();
                        return false;
                    }
                } catch (IOException e) {
                    frames.close();
                    throw damaged.apply(e);
                }
                var input = new ByteInput(frames.bytes(), frames.offset(), frames.length());
                elements = serializer.reader(input, loader);
                return true;
            }

            @Override
            public T next() {
                if (!hasNext() || elements == null) {
                    throw new NoSuchElementException();
                }
                return elements.next();
            }
        };
    }
}

package dev.capstan.engine.files;

import dev.capstan.engine.disk.FileHead;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Elements as the context's serializer writes them. A file is a {@link FileHead}, and blocks of whole elements; at the
 * end is an empty block and the number of elements, so that a file that was cut off is no shorter file. A block is its
 * length, its checksum, and its elements.
 */
public record ObjectFormat<T>() implements PartFormat<T> {
    static final int BLOCK_BYTES = 128 << 10;

    @Override
    public String suffix() {
        return "";
    }

    @Override
    public PartWriter<T> begin(OutputStream file, TaskContext task) throws IOException {
        DataOutputStream out = new DataOutputStream(file);
        out.write(FileHead.of(FileHead.Kind.OBJECT_FILE, task.serializer()));
        return new Blocks<>(out, task.serializer());
    }

    static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }

    private static final class Blocks<T> implements PartWriter<T> {
        private final DataOutputStream out;
        private final Serializer serializer;
        private final ByteOutput block = new ByteOutput(BLOCK_BYTES + BLOCK_BYTES / 4);
        private Serializer.RecordWriter elements;
        private long count;

        Blocks(DataOutputStream out, Serializer serializer) {
            this.out = out;
            this.serializer = serializer;
            this.elements = serializer.writer(block);
        }

        @Override
        public void write(T element) throws IOException {
            elements.write(element);
            count++;
            if (block.size() >= BLOCK_BYTES) {
                flush();
            }
        }

        private void flush() throws IOException {
            out.writeInt(block.size());
            out.writeInt(checksum(block.buffer(), block.size()));
            out.write(block.buffer(), 0, block.size());
            block.truncate(0);
            elements = serializer.writer(block);
        }

        @Override
        public void close() throws IOException {
            if (block.size() > 0) {
                flush();
            }
            out.writeInt(0);
            out.writeLong(count);
            out.close();
        }
    }
}

package dev.capstan.engine.files;

import dev.capstan.engine.task.TaskContext;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Each element as a line of UTF-8, ended by LF. */
public record TextFormat<T>(Compression compression) implements PartFormat<T> {
    private static final int BUFFER = 64 << 10;

    public TextFormat {
        Objects.requireNonNull(compression, "compression");
    }

    @Override
    public String suffix() {
        return compression.suffix();
    }

    @Override
    public PartWriter<T> begin(OutputStream file, TaskContext task) throws IOException {
        return new Lines<>(compression.compress(file));
    }

    private static final class Lines<T> implements PartWriter<T> {
        private final OutputStream out;
        private final byte[] buffer = new byte[BUFFER];
        private int used;

        Lines(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(T element) throws IOException {
            byte[] line = String.valueOf(element).getBytes(StandardCharsets.UTF_8);
            if (line.length >= BUFFER - used) {
                flush();
            }
            if (line.length >= BUFFER) {
                out.write(line);
            } else {
                System.arraycopy(line, 0, buffer, used, line.length);
                used += line.length;
            }
            buffer[used] = '\n';
            used++;
        }

        private void flush() throws IOException {
            out.write(buffer, 0, used);
            used = 0;
        }

        @Override
        public void close() throws IOException {
            flush();
            out.close();
        }

        @Override
        public void abandon() {
            try {
                out.close(); // a compressor has native memory
            } catch (IOException e) {
                return; // its last bytes have nowhere to go
            }
        }
    }
}

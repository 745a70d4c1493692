package dev.capstan.executor.live;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that does not grow without end: when it is full it becomes {@code name.1}, in place of the one before, and a
 * new one begins. A program that prints for days has its last lines there and fills no disk.
 *
 * <p>Threads of the program print side by side, so what writes holds the lock; it guards the file and its size.
 */
final class RotatingLog extends OutputStream {
    private final Path file;
    private final Path before;
    private final long mostBytes;
    private FileOutputStream out;
    private long written;

    /**
     * @param mostBytes of each of the two files; a single write is never cut
     */
    RotatingLog(Path file, long mostBytes) throws IOException {
        this.file = file;
        this.before = file.resolveSibling(file.getFileName() + ".1");
        this.mostBytes = mostBytes;
        this.out = new FileOutputStream(file.toFile(), true);
        this.written = Files.size(file);
    }

    @Override
    public synchronized void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (written > 0 && written + length > mostBytes) {
            rotate();
        }
        out.write(bytes, offset, length);
        written += length;
    }

    private void rotate() throws IOException {
        out.close();
        Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
        out = new FileOutputStream(file.toFile());
        written = 0;
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}

package dev.capstan.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A disk of a few kilobytes that is really full when it is full: a tmpfs, which only root can mount. */
public final class SmallDisk implements AutoCloseable {
    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /** Mounts it there, or skips the test where that is not permitted. */
    public static SmallDisk mount(Path directory, int kilobytes) throws IOException, InterruptedException {
        int failed =
                run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k,mode=700", "tmpfs", directory.toString());
        assumeThat(failed).as("mounting a tmpfs needs root and the right to mount").isZero();
        return new SmallDisk(directory);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1; // there is no such command here
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try {
            if (run("umount", "-l", path.toString()) != 0) {
                throw new IOException("cannot unmount " + path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + path + " was unmounted", e);
        }
    }
}

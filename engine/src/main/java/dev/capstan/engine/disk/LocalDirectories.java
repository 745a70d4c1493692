package dev.capstan.engine.disk;

import dev.capstan.kernel.file.PrivateDirectory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The local disks of an executor: in each directory that it was given, one that belongs to it alone. They are made when
 * the first file is, and removed when it closes. Files go to the directories by turns; what one of them does not take
 * goes to the next.
 *
 * <p>The lock guards the list of directories, so that nothing is made after the end.
 */
public final class LocalDirectories implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalDirectories.class.getName());

    private final List<Path> roots;
    private final Object lock = new Object();
    private final List<PrivateDirectory> made = new ArrayList<>();
    private boolean closed;
    private int files;
    private int turn;

    /**
     * @param roots directories that exist or can be made
     */
    public LocalDirectories(List<Path> roots) {
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one local directory");
        }
        this.roots = List.copyOf(roots);
    }

    /** Removes what processes that were killed have left in the same places. */
    public void sweep() {
        roots.forEach(PrivateDirectory::sweep);
    }

    /** For one consumer of a task that spills. */
    public SpillFile spillFile(String content, Codec codec) {
        return new SpillFile(this, content, codec);
    }

    /**
     * Makes something of a new, empty file, or fails; then the file is deleted, and it is called once more, from the
     * beginning, for the next directory.
     */
    @FunctionalInterface
    interface FileUse<T> {
        T use(Path file) throws IOException;
    }

    /**
     * A file of frames, as a whole.
     *
     * @param frames called for each directory that is tried, so each time it writes all from the beginning
     */
    public Segment writeWhole(String content, long bytes, Codec codec, SpillFile.Content frames) throws IOException {
        return write(
                content,
                bytes,
                null,
                null,
                file -> {
                    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
                            FrameOutput frameOutput = new FrameOutput(out, codec, 0)) {
                        frames.writeTo(frameOutput);
                        frameOutput.flush();
                        return new Segment(file, 0, frameOutput.position(), content);
                    }
                });
    }

    /**
     * Tries one directory after the other.
     *
     * @param bytes about how many, for the message; 0 if unknown
     * @param full a directory that was tried before, with the reason why it did not work
     */
    <T> T write(String content, long bytes, @Nullable Path full, @Nullable IOException before, FileUse<T> use)
            throws IOException {
        IOException first = before;
        StringBuilder tried = new StringBuilder();
        if (full != null && before != null) {
            tell(tried, full, before);
        }
        for (PrivateDirectory directory : byTurns()) {
            if (directory.path().equals(full)) {
                continue;
            }
            try {
                return inDirectory(directory, use);
            } catch (IOException e) {
                tell(tried, directory.path(), e);
                first = first == null ? e : first;
            }
        }
        throw new DiskWriteException(
                "cannot write "
                        + content
                        + (bytes > 0 ? ", about " + (bytes + 1023 >> 10) + " KiB:" : ":")
                        + tried
                        + "; make room there, or name other directories in capstan.local.dirs",
                first == null ? new IOException("no directory is left") : first);
    }

    private static void tell(StringBuilder tried, Path directory, IOException why) {
        tried.append(tried.isEmpty() ? " " : ", ").append(directory).append(": ").append(why.getMessage());
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            tried.append(" (").append(free >> 10).append(" KiB free)");
        } catch (IOException e) {
            tried.append(" (the directory cannot be read)");
        }
    }

    private <T> T inDirectory(PrivateDirectory directory, FileUse<T> use) throws IOException {
        Path file = directory.newFile(nextNumber());
        boolean used = false;
        try {
            T result = use.use(file);
            used = true;
            return result;
        } finally {
            if (!used) {
                Files.deleteIfExists(file);
            }
        }
    }

    private int nextNumber() {
        synchronized (lock) {
            return ++files;
        }
    }

    private List<PrivateDirectory> byTurns() throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new IOException("the executor has ended, so nothing is written any more");
            }
            if (made.isEmpty()) {
                makeAll();
            }
            made.replaceAll(this::there);
            List<PrivateDirectory> order = new ArrayList<>();
            for (int i = 0; i < made.size(); i++) {
                order.add(made.get((turn + i) % made.size()));
            }
            turn = (turn + 1) % made.size();
            return order;
        }
    }

    /**
     * What lay in one that somebody has removed is lost, and found to be so when it is read; what comes next has a
     * place again.
     */
    private PrivateDirectory there(PrivateDirectory directory) {
        if (directory.isThere()) {
            return directory;
        }
        Path root = directory.path().getParent();
        try {
            PrivateDirectory anew = PrivateDirectory.in(root);
            directory.close();
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} was removed while it was in use, with all data in it; {1} takes its place",
                    directory.path(),
                    anew.path());
            return anew;
        } catch (IOException e) { // it is told by those who cannot write there, and tried again with the next file
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} was removed while it was in use, and cannot be made again: {1}",
                    directory.path(),
                    e.getMessage());
            return directory;
        }
    }

    /**
     * The first of these directories in which files can be made, as a trial shows.
     *
     * @throws IOException when there is none; names all, with reasons
     */
    public static Path firstUsable(List<Path> roots) throws IOException {
        List<String> reasons = new ArrayList<>();
        for (Path root : roots) {
            try {
                PrivateDirectory.in(root).close();
                return root;
            } catch (IOException e) {
                reasons.add(e.getMessage());
            }
        }
        throw new IOException(String.join("; ", reasons));
    }

    /** A directory that does not work is left out as long as another one does. */
    private void makeAll() throws IOException {
        IOException first = null;
        for (Path root : roots) {
            try {
                made.add(PrivateDirectory.in(root));
            } catch (IOException e) {
                IOException told =
                        new IOException(e.getMessage() + "; name another directory in capstan.local.dirs", e);
                LOG.log(System.Logger.Level.WARNING, told.getMessage());
                first = first == null ? told : first;
            }
        }
        if (made.isEmpty() && first != null) {
            throw first;
        }
    }

    /** Deletes a file that is no longer wanted; one that is gone already is fine. */
    public void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot delete {0}: {1}", file, e.getMessage());
        }
    }

    /** The private directories that were made so far. */
    public List<Path> paths() {
        synchronized (lock) {
            return made.stream().map(PrivateDirectory::path).toList();
        }
    }

    /** Removes the private directories with all that is in them. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            made.forEach(PrivateDirectory::close);
            made.clear();
        }
    }
}

package dev.capstan.kernel.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A directory of one process. Only its user may look into it. A lock on the file {@code owner} in it shows that the
 * process lives: the system gives it up when the process ends, however it ends.
 */
public final class PrivateDirectory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PrivateDirectory.class.getName());
    private static final String OWNER = "owner";
    private static final Pattern NAME = Pattern.compile("(capstan-\\d+-\\d+-)\\d+");
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** Whose owner is not there, or has written nothing, is not being made any more. */
    private static final Duration MAKING_TAKES_LESS_THAN = Duration.ofHours(1);

    private final Path path;
    private final RandomAccessFile owner;

    private PrivateDirectory(Path path, RandomAccessFile owner) {
        this.path = path;
        this.owner = owner;
    }

    /** Makes one, in a directory that is made as well where it is not there. */
    public static PrivateDirectory in(Path root) throws IOException {
        try {
            Files.createDirectories(root);
            Path path = Files.createTempDirectory(root, ofThisProcess(), only("rwx"));
            try {
                return new PrivateDirectory(path, lock(path));
            } catch (IOException e) {
                remove(path); // a sweep would take it for one that is just being made
                throw e;
            }
        } catch (IOException e) {
            throw new IOException("cannot use " + root + " for local data: " + e, e);
        }
    }

    private static RandomAccessFile lock(Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve(OWNER), only("rw-"));
        RandomAccessFile owner = new RandomAccessFile(file.toFile(), "rw");
        try {
            if (owner.getChannel().tryLock() == null) {
                throw new IOException(file + " is locked by another process");
            }
            owner.write("a running process uses this directory\n".getBytes(StandardCharsets.UTF_8));
            return owner;
        } catch (IOException e) {
            owner.close();
            throw e;
        }
    }

    /** With the time of its start: in containers every process may have the same number. */
    private static String ofThisProcess() {
        ProcessHandle process = ProcessHandle.current();
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return "capstan-" + process.pid() + "-" + started + "-";
    }

    private static FileAttribute<?>[] only(String rights) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights + "------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether nobody has removed it meanwhile. */
    public boolean isThere() {
        return Files.isDirectory(path);
    }

    /** Makes a file in it that only its user may read. */
    public Path newFile(int number) throws IOException {
        return Files.createFile(path.resolve("data-" + number), only("rw-"));
    }

    /** Removes the directories of processes that have died; one sweep at a time, since locks are of a whole process. */
    public static synchronized void sweep(Path root) {
        String own = ofThisProcess();
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(root, "capstan-*")) {
            for (Path candidate : candidates) {
                Matcher name = NAME.matcher(candidate.getFileName().toString());
                // Never our own: closing any handle of a file gives up the locks that this process has on it.
                if (name.matches() && !name.group(1).equals(own)) {
                    sweepIfDead(candidate);
                }
            }
        } catch (IOException e) { // it is not there, or not ours to read: whoever writes to it will say so
            LOG.log(System.Logger.Level.DEBUG, "cannot look for what others left in {0}: {1}", root, e.getMessage());
        }
    }

    private static void sweepIfDead(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Path owner = directory.resolve(OWNER);
            boolean removed =
                    Files.exists(owner, LinkOption.NOFOLLOW_LINKS)
                            ? removeUnlocked(directory, owner)
                            : isOld(directory) && removeEmpty(directory);
            if (removed) {
                LOG.log(System.Logger.Level.INFO, "removed {0}, which a killed process had left", directory);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot remove {0}: {1}", directory, e.getMessage());
        }
    }

    private static boolean removeUnlocked(Path directory, Path file) throws IOException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file) || !Files.isWritable(file)) {
            return false; // another user's
        }
        // Never made anew: its process may be removing it, and would find its directory not empty.
        try (FileChannel owner = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = owner.size() > 0 || isOld(directory) ? owner.tryLock() : null) {
            if (lock == null) {
                return false; // in use, or just being made
            }
            remove(directory);
            return true;
        }
    }

    /** Its process was killed before there was an owner, or when there was none any more. */
    private static boolean removeEmpty(Path directory) throws IOException {
        try {
            return Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            return false; // then it is somebody else's
        }
    }

    private static boolean isOld(Path directory) throws IOException {
        Instant changed = Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS).toInstant();
        return changed.isBefore(Instant.now().minus(MAKING_TAKES_LESS_THAN));
    }

    private static void remove(Path directory) throws IOException {
        Path owner = directory.resolve(OWNER);
        FileTree.clear(directory, owner::equals);
        Files.deleteIfExists(owner); // last: until then the next sweep knows it
        Files.deleteIfExists(directory);
    }

    @Override
    public void close() {
        try (owner) {
            if (isThere()) {
                remove(path);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove {0}: {1}", path, e.getMessage());
        }
    }
}

package dev.capstan.executor.live;

import dev.capstan.engine.id.ExecutorId;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one executor process has said: its log with what the program printed, what its JVM said by itself, and what a
 * JVM that crashes leaves. It lies in a directory of the application, and only its user may look into it.
 *
 * <p>It goes with an executor that ended in order. What a crash left stays, for a week at most.
 */
public final class LogDirectory {
    private static final System.Logger LOG = System.getLogger(LogDirectory.class.getName());
    private static final Duration KEPT = Duration.ofDays(7);
    private static final int TAIL_LINES = 30;
    private static final int TAIL_BYTES = 4 << 10;
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path path;

    LogDirectory(Path path) {
        this.path = path;
    }

    /**
     * Makes it, and removes what was kept for too long in the same place.
     *
     * @param root of all applications
     */
    public static LogDirectory make(Path root, String application, ExecutorId executor) throws IOException {
        Path path = root.resolve(application).resolve(executor.name());
        try {
            Files.createDirectories(path, onlyForUs());
        } catch (IOException e) {
            throw new IOException("cannot make " + path + " for its log (capstan.executor.logDir): " + e, e);
        }
        sweep(root, Instant.now().minus(KEPT));
        return new LogDirectory(path);
    }

    private static FileAttribute<?>[] onlyForUs() {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    public Path path() {
        return path;
    }

    /** The log and what the program prints. */
    Path log() {
        return path.resolve("log");
    }

    /** What the JVM says by itself, before there is a log and when there cannot be one any more. */
    Path jvm() {
        return path.resolve("jvm");
    }

    /** The last lines of all that was said. */
    String tail() {
        String said = (tail(log()) + "\n" + tail(jvm())).strip();
        List<String> lines = said.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private static String tail(Path file) {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(Math.max(0, in.length() - TAIL_BYTES));
            byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, in.length())];
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Removes it, and the application's directory with the last of them. */
    void remove() {
        try {
            removeTree(path);
            Path application = path.getParent();
            if (application != null) {
                Files.deleteIfExists(application);
            }
        } catch (DirectoryNotEmptyException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is not the last one", path); // or the process still wrote to it
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove {0}: {1}", path, e.getMessage());
        }
    }

    static void sweep(Path root, Instant before) {
        try (DirectoryStream<Path> applications = Files.newDirectoryStream(root)) {
            for (Path application : applications) {
                sweepApplication(application, before);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look for old logs in {0}: {1}", root, e.getMessage());
        }
    }

    /** Only what looks like ours: the user may have named a directory with other things in it. */
    private static void sweepApplication(Path application, Instant before) {
        try {
            List<Path> all = found(application, 2);
            boolean ours = all.stream().anyMatch(path -> path.getFileName().toString().equals("jvm"));
            for (Path each : all) {
                if (!ours || !Files.getLastModifiedTime(each).toInstant().isBefore(before)) {
                    return;
                }
            }
            removeTree(application);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot remove old logs {0}: {1}", application, e.getMessage());
        }
    }

    /** Whoever stops a process and whoever hears of its end may do so at once, and the process writes meanwhile. */
    private static void removeTree(Path directory) throws IOException {
        try {
            for (Path each : found(directory, Integer.MAX_VALUE).reversed()) {
                Files.deleteIfExists(each);
            }
        } catch (NoSuchFileException e) {
            LOG.log(System.Logger.Level.TRACE, "{0} is being removed by somebody else", directory);
        }
    }

    /** What lies there, directories before what is in them. What goes meanwhile fails like all else. */
    private static List<Path> found(Path directory, int depth) throws IOException {
        try (Stream<Path> found = Files.walk(directory, depth)) {
            return found.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

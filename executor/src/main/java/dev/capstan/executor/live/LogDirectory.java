package dev.capstan.executor.live;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.file.FileTree;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
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
    private static final int MOST_TRIES = 100;
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
            makeAmongOthers(path);
        } catch (IOException e) {
            throw new IOException("cannot make " + path + " for its log (capstan.executor.logDir): " + e, e);
        }
        sweep(root, Instant.now().minus(KEPT));
        return new LogDirectory(path);
    }

    /** Another executor that ends may remove the application's directory between the steps, as empty. */
    private static void makeAmongOthers(Path path) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                Files.createDirectories(path, onlyForUs());
                return;
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
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

    /** Whether there is anything to read in it, be it a dump of the JVM that crashed. */
    boolean isEmpty() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                if (Files.size(file) > 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // then whoever wants to know sees for himself
        }
    }

    /** Removes it, and the application's directory with the last of them. */
    void remove() {
        try {
            FileTree.remove(path);
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
        try (Stream<Path> found = Files.walk(application, 2)) {
            List<Path> all = found.toList();
            boolean ours = all.stream().anyMatch(path -> path.getFileName().toString().equals("jvm"));
            for (Path each : all) {
                if (!ours || !Files.getLastModifiedTime(each).toInstant().isBefore(before)) {
                    return;
                }
            }
            FileTree.remove(application);
        } catch (IOException | UncheckedIOException e) { // another application may just be removing its own
            LOG.log(System.Logger.Level.DEBUG, "cannot remove old logs {0}: {1}", application, e.getMessage());
        }
    }
}

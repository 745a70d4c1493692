package dev.capstan.devcluster.mesos;

import dev.capstan.kernel.file.FileTree;
import dev.capstan.kernel.file.PrivateDirectory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/** What clusters have left that were killed. */
final class Leftovers {
    private static final System.Logger LOG = System.getLogger(Leftovers.class.getName());

    /** The directories of earlier versions, in which nothing says whose they are. */
    private static final Pattern OWNERLESS = Pattern.compile("mesos-dev-\\d+");

    private static final Pattern AGENT = Pattern.compile("agent\\d+");

    /** Nobody has worked in them for so long. */
    private static final Duration AGE = Duration.ofHours(1);

    private Leftovers() {}

    /** Removes the directories of clusters that have died, also of earlier versions. */
    static void sweep(Path root, Instant now) {
        PrivateDirectory.sweep(root);
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(root, "mesos-dev-*")) {
            for (Path each : candidates) {
                if (OWNERLESS.matcher(each.getFileName().toString()).matches() && isLeft(each, now)) {
                    FileTree.remove(each);
                    LOG.log(System.Logger.Level.INFO, "removed {0}, which a killed cluster had left", each);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot remove all that others left in {0}: {1}", root, e.getMessage());
        }
    }

    private static boolean isLeft(Path directory, Instant now) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && Files.isWritable(directory)
                && isOld(directory, now)
                && holdsAgentsOnly(directory)
                && !isAtWork(directory);
    }

    private static boolean isOld(Path path, Instant now) throws IOException {
        return Files.getLastModifiedTime(path).toInstant().isBefore(now.minus(AGE));
    }

    private static boolean holdsAgentsOnly(Path directory) throws IOException {
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(directory)) {
            for (Path each : inside) {
                if (!AGENT.matcher(each.getFileName().toString()).matches()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a process runs in one of its sandboxes. */
    private static boolean isAtWork(Path directory) throws IOException {
        Path real = directory.toRealPath();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path each : processes) {
                try {
                    if (Files.readSymbolicLink(each.resolve("cwd")).startsWith(real)) {
                        return true;
                    }
                } catch (IOException e) { // it has ended, or is not ours to look at
                    LOG.log(System.Logger.Level.TRACE, "cannot look at {0}: {1}", each, e.getMessage());
                }
            }
        }
        return false;
    }
}

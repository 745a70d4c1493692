package dev.capstan.devcluster.mesos.process;

import dev.capstan.kernel.file.FileTree;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directories of persistent volumes, which outlive the tasks that write to them. */
final class Volumes {
    private static final System.Logger LOG = System.getLogger(Volumes.class.getName());

    private Volumes() {}

    static void make(Path volume) {
        try {
            Files.createDirectories(volume);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "volume " + volume + " cannot be made", e);
        }
    }

    static void remove(Path volume) {
        try {
            FileTree.remove(volume);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "volume " + volume + " cannot be removed", e);
        }
    }

    /** Shows a volume at a path of a sandbox; a second task of an executor finds it there. */
    static void link(Path path, Path volume) {
        try {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createSymbolicLink(path, volume);
        } catch (FileAlreadyExistsException _) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is there already", path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "volume " + volume + " cannot be shown as " + path, e);
        }
    }
}

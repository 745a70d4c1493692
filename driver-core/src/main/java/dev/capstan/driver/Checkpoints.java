package dev.capstan.driver;

import dev.capstan.engine.lineage.CheckpointFiles;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LineageWalk;
import dev.capstan.engine.lineage.LocalCheckpoint;
import dev.capstan.engine.lineage.WriteCheckpoint;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.storage.StorageLevel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.stream.Stream;

/**
 * The datasets of a context that are to be kept apart from what they come from. Each is written by a job of its own
 * after the first action that has computed it, and then its lineage is cut. Used by any thread.
 */
final class Checkpoints {
    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

    private enum Kind {
        FILES,
        LOCAL
    }

    private final CapstanContext context;
    private final Map<Lineage<?>, Kind> wanted = Collections.synchronizedMap(new WeakHashMap<>());
    private volatile @Nullable Path directory;

    Checkpoints(CapstanContext context) {
        this.context = context;
    }

    /** Makes a directory of this context's own below the given one. */
    void directory(String parent) {
        Path own = Path.of(parent).toAbsolutePath().resolve(UUID.randomUUID().toString());
        try {
            directory = Files.createDirectories(own);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "setCheckpointDir: no directory can be made in "
                            + parent
                            + " ("
                            + e
                            + "); give one that can be"
                            + " written to by the driver and all executors",
                    e);
        }
    }

    @Nullable Path directory() {
        return directory;
    }

    void wantFiles(Lineage<?> dataset) {
        if (directory == null) {
            throw new IllegalStateException(
                    "checkpoint() of "
                            + dataset.label()
                            + ": there is no directory for it; call context.setCheckpointDir(directory) before, with"
                            + " one that the driver and all executors share");
        }
        if (dataset.cutBy().isEmpty()) {
            wanted.put(dataset, Kind.FILES);
        }
    }

    void wantLocal(Lineage<?> dataset) {
        if (dataset.cutBy().isEmpty()) {
            if (dataset.storageLevel().keepsNothing()) {
                dataset.store(StorageLevel.MEMORY_AND_DISK);
            }
            wanted.putIfAbsent(dataset, Kind.LOCAL);
        }
    }

    /** Whether no action has anything to do here. */
    boolean nothingWanted() {
        return wanted.isEmpty();
    }

    /** A job has computed the dataset: what was wanted of it, and of all that it comes from, is kept now. */
    void computed(Lineage<?> dataset) {
        if (wanted.isEmpty()) {
            return;
        }
        for (Lineage<?> node : LineageWalk.everything(dataset)) {
            Kind kind = wanted.remove(node);
            if (kind != null && node.cutBy().isEmpty()) {
                make(node, kind);
            }
        }
    }

    /** The same where nobody waits. */
    void computedInBackground(Lineage<?> dataset) {
        try {
            computed(dataset);
        } catch (RuntimeException e) { // the action itself was successful
            LOG.log(System.Logger.Level.WARNING, "a checkpoint after an asynchronous action failed", e);
        }
    }

    private <T> void make(Lineage<T> dataset, Kind kind) {
        switch (kind) {
            case FILES -> dataset.cut(written(dataset));
            case LOCAL -> {
                context.jobs().run("localCheckpoint", dataset, Actions.Count.INSTANCE); // what is not kept yet
                dataset.cut(
                        new LocalCheckpoint<>(
                                context.origin("localCheckpoint"), dataset.partitionCount(), dataset.label()));
            }
        }
    }

    private <T> Lineage<T> written(Lineage<T> dataset) {
        Path root = directory;
        if (root == null) {
            throw new IllegalStateException("a checkpoint was wanted without a directory");
        }
        String name = "dataset-" + dataset.id().number();
        Path work = root.resolve("." + name);
        Path place = root.resolve(name);
        try {
            Files.createDirectories(work);
            try {
                context.jobs().run("checkpoint", dataset, new WriteCheckpoint<T>(work.toString()));
                Files.move(work, place, StandardCopyOption.ATOMIC_MOVE);
            } catch (Throwable e) {
                deleteQuietly(work, e);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "checkpoint() of " + dataset.label() + " cannot write to " + root + ": " + e, e);
        }
        return new CheckpointFiles<>(
                context.origin("checkpoint"), place.toString(), dataset.partitionCount(), dataset.label());
    }

    private static void deleteQuietly(Path work, Throwable why) {
        try (Stream<Path> files = Files.list(work)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(work);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }
}

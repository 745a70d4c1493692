package dev.capstan.kernel.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class PrivateDirectoryTest {
    @TempDir private Path root;

    /** Tasks that are interrupted delete their files while the executor closes. */
    @Test
    @Tag("live")
    void itIsRemovedAlsoWhenItsFilesGoAtTheSameTime() throws IOException, InterruptedException {
        for (int round = 0; round < 20; round++) {
            PrivateDirectory directory = PrivateDirectory.in(root);
            List<Path> files = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                files.add(directory.newFile(i));
            }
            Thread task = Thread.ofPlatform().start(() -> files.forEach(PrivateDirectoryTest::delete));
            directory.close();
            task.join();
            assertThat(root).isEmptyDirectory();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void severalWhoSweepAtOnceAreNotInEachOthersWay() throws IOException, InterruptedException, ExecutionException {
        for (int round = 0; round < 50; round++) { // once in a few dozen times two meet at the same file
            Path dead = Files.createDirectory(root.resolve("capstan-1-" + round + "-1"));
            Files.writeString(dead.resolve("owner"), "it was killed");
            try (var threads = Executors.newFixedThreadPool(4)) {
                for (Future<?> sweep :
                        threads.invokeAll(
                                Collections.nCopies(4, Executors.callable(() -> PrivateDirectory.sweep(root))))) {
                    sweep.get();
                }
            }
            assertThat(dead).doesNotExist();
        }
    }

    /**
     * Between making a directory and locking it, or between giving up its lock and removing it, anybody may be killed.
     */
    @Test
    void whatAProcessLeftThatWasKilledWhileItMadeOneGoesWhenItIsOld() throws IOException {
        Path bare = Files.createDirectory(root.resolve("capstan-1-1-1"));
        Path unmarked = Files.createDirectory(root.resolve("capstan-1-1-2"));
        Files.createFile(unmarked.resolve("owner"));
        PrivateDirectory.sweep(root);
        assertThat(bare).as("it may just be being made").exists();
        assertThat(unmarked).as("it may just be being made").exists();
        makeOld(bare);
        makeOld(unmarked);
        PrivateDirectory.sweep(root);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void whatIsOldAndNotOursStays() throws IOException {
        Path others = Files.createDirectory(root.resolve("others"));
        Path link = Files.createSymbolicLink(root.resolve("capstan-1-1-1"), others);
        Path filled = Files.createDirectory(root.resolve("capstan-1-1-2"));
        Path file = Files.writeString(filled.resolve("notes"), "not made by us, since no owner is in it");
        makeOld(others);
        makeOld(filled);
        PrivateDirectory.sweep(root);
        assertThat(link).exists();
        assertThat(file).exists();
    }

    @Test
    void oneInUseStaysHoweverOldItIs() throws IOException {
        Path mine;
        try (PrivateDirectory directory = PrivateDirectory.in(root)) {
            mine = directory.path();
            makeOld(mine);
            PrivateDirectory.sweep(root);
            assertThat(mine).exists();
        }
        assertThat(mine).doesNotExist();
    }

    private static void makeOld(Path directory) throws IOException {
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    }
}

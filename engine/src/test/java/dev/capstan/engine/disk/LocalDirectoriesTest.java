package dev.capstan.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.file.FileTree;
import dev.capstan.kernel.file.PrivateDirectory;
import dev.capstan.testing.Await;
import dev.capstan.testing.CapturedLog;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.stream.Stream;

class LocalDirectoriesTest {
    @TempDir Path root;

    private static Segment write(LocalDirectories directories, int bytes) throws IOException {
        return directories.writeWhole("a test", bytes, Codec.NONE, out -> out.frame(new byte[bytes], 0, bytes));
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.toList();
        }
    }

    @Test
    void nothingIsMadeBeforeTheFirstFileAndNothingIsLeftAtTheEnd() throws IOException {
        LocalDirectories directories = new LocalDirectories(List.of(root.resolve("a"), root.resolve("b")));
        assertThat(left()).isEmpty();
        Path first = write(directories, 10).file();
        Path second = write(directories, 10).file();
        assertThat(first.getParent().getParent()).isNotEqualTo(second.getParent().getParent());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.getParent())))
                .isEqualTo("rwx------");
        directories.close();
        directories.close();
        assertThat(root.resolve("a")).isEmptyDirectory();
        assertThat(root.resolve("b")).isEmptyDirectory();
        assertThatThrownBy(() -> write(directories, 10)).hasMessageContaining("the executor has ended");
        assertThat(root.resolve("a")).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatDoesNotWorkIsLeftOutAndNoneIsAnErrorWithTheRemedy() throws IOException {
        Path file = Files.createFile(root.resolve("a-file"));
        try (LocalDirectories directories = new LocalDirectories(List.of(file, root.resolve("good")))) {
            assertThat(write(directories, 10).file()).startsWith(root.resolve("good"));
        }
        try (LocalDirectories directories = new LocalDirectories(List.of(file))) {
            assertThatThrownBy(() -> write(directories, 10))
                    .hasMessageStartingWith("cannot use " + file + " for local data")
                    .hasMessageEndingWith("name another directory in capstan.local.dirs");
        }
    }

    @Test
    void aDirectoryThatSomebodyRemovedIsMadeAgainAndThatIsSaid() throws IOException {
        try (LocalDirectories directories = new LocalDirectories(List.of(root.resolve("a")));
                CapturedLog log = CapturedLog.of(LocalDirectories.class)) {
            Path lost = write(directories, 10).file().getParent();
            FileTree.remove(root.resolve("a"));
            Path next = write(directories, 10).file();
            assertThat(next).exists().isNotEqualTo(lost);
            assertThat(log.lines(Level.WARNING))
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line)
                                    .startsWith(lost + " was removed while it was in use")
                                    .contains(next.getParent().toString()));
            write(directories, 10);
            assertThat(log.lines()).hasSize(1);
            FileTree.remove(root.resolve("a"));
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeMadeAgainIsLeftOut() throws IOException {
        try (LocalDirectories directories = new LocalDirectories(List.of(root.resolve("a"), root.resolve("b")))) {
            write(directories, 10);
            FileTree.remove(root.resolve("a"));
            Files.createFile(root.resolve("a"));
            for (int i = 0; i < 3; i++) {
                assertThat(write(directories, 10).file()).startsWith(root.resolve("b"));
            }
            Files.delete(root.resolve("a"));
            assertThat(List.of(write(directories, 10).file(), write(directories, 10).file()))
                    .anyMatch(file -> file.startsWith(root.resolve("a")));
        }
    }

    @Test
    void aFileThatFailsHalfWayIsDeleted() throws IOException {
        try (LocalDirectories directories = new LocalDirectories(List.of(root))) {
            assertThatThrownBy(() ->
                            directories.writeWhole(
                                    "half",
                                    5_000,
                                    Codec.LZ4,
                                    out -> {
                                        out.frame(new byte[200_000], 0, 200_000);
                                        throw new IOException("the plug was pulled");
                                    }))
                    .isInstanceOf(DiskWriteException.class)
                    .hasMessageContaining("cannot write half, about 5 KiB: " + directories.paths().getFirst())
                    .hasMessageContaining("the plug was pulled (")
                    .hasMessageEndingWith("make room there, or name other directories in capstan.local.dirs");
            try (Stream<Path> files = Files.list(directories.paths().getFirst())) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactly("owner");
            }
        }
    }

    /** Uses a directory and waits to be killed. */
    public static final class Victim {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            LocalDirectories directories = new LocalDirectories(List.of(Path.of(arguments[0])));
            write(directories, 1_000);
            Files.createFile(Path.of(arguments[0], "ready"));
            new CountDownLatch(1).await(2, TimeUnit.MINUTES);
            directories.close();
        }
    }

    @Test
    @Tag("live")
    void whatAKilledProcessLeftIsRemovedByTheNextAndWhatALivingOneUsesIsNot() throws IOException, InterruptedException {
        Process victim =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName(),
                                root.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (LocalDirectories own = new LocalDirectories(List.of(root))) {
            write(own, 10);
            assertThat(Await.until(() -> Files.exists(root.resolve("ready")), Duration.ofSeconds(40))).isTrue();
            own.sweep();
            assertThat(left()).as("the victim's, ours and the sign").hasSize(3);
            victim.destroyForcibly();
            assertThat(victim.waitFor(20, TimeUnit.SECONDS)).isTrue();
            own.sweep();
            assertThat(left()).containsExactlyInAnyOrder(own.paths().getFirst(), root.resolve("ready"));
        } finally {
            victim.destroyForcibly();
        }
    }

    /** The names are those of another process, whose own sweeps would be of no use to it. */
    @Test
    void aDirectoryIsGoneAlsoWhenItsProcessAndASweepRemoveItAtTheSameTime()
            throws IOException, InterruptedException, ExecutionException {
        var going = new AtomicBoolean(true);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Void> sweeps =
                    other.submit(() -> {
                        while (going.get()) {
                            PrivateDirectory.sweep(root);
                        }
                        return null;
                    });
            try {
                for (int round = 0; round < 2_000; round++) {
                    Path directory = Files.createDirectory(root.resolve("capstan-1-1-" + round));
                    Path owner = Files.writeString(directory.resolve("owner"), "");
                    Files.writeString(owner, "a process that is just ending");
                    Files.deleteIfExists(owner);
                    Files.deleteIfExists(directory);
                }
            } finally {
                going.set(false);
            }
            sweeps.get();
        }
        assertThat(left()).isEmpty();
    }
}

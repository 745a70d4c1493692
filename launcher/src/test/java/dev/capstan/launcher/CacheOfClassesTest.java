package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.testing.Await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The script {@code capstan} of an installation, and the cache of classes that it makes and uses. */
@Tag("process")
@Timeout(600)
class CacheOfClassesTest {
    private static final Duration RUN = Duration.ofMinutes(1);

    /** It is made in the background, by what the system has to spare. */
    private static final Duration TRAINING = Duration.ofMinutes(4);

    private static final String JDWP = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

    @TempDir private Path directory;
    private Path home;
    private Path cache;
    private int uses;

    /** What a use of the command did. */
    private record Use(int code, String said, String classes) {
        /** Where the JVM had our first class from. */
        boolean ofTheCache() {
            return classes.lines()
                    .filter(line -> line.contains(" dev.capstan.launcher.Main source: "))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(said))
                    .contains("shared objects file");
        }
    }

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectories(directory.resolve("home"));
        cache = directory.resolve("cache");
        Path tree = Path.of("").toAbsolutePath().getParent();
        Files.copy(tree.resolve("capstan"), home.resolve("capstan"));
        Files.copy(tree.resolve("build/jdk25.sh"), Files.createDirectories(home.resolve("build")).resolve("jdk25.sh"));
        Path lib = Files.createDirectories(home.resolve("lib"));
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path part = Path.of(entry);
            Path jar = lib.resolve(number++ + ".jar");
            if (Files.isRegularFile(part)) {
                Files.copy(part, jar);
            } else if (Files.isDirectory(part) && !part.endsWith("test-classes")) {
                pack(part, jar);
            }
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                var zip = new ZipOutputStream(file)) {
            Files.walkFileTree(
                    classes,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                            zip.putNextEntry(new ZipEntry(classes.relativize(each).toString()));
                            Files.copy(each, zip);
                            zip.closeEntry();
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
    }

    private Use use(Path caches, String options) throws IOException, InterruptedException {
        Path said = directory.resolve("said-" + ++uses);
        var command =
                new ProcessBuilder(home.resolve("capstan").toString(), "version")
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("XDG_CACHE_HOME", caches.toString());
        command.environment().put("CAPSTAN_JAVA_OPTS", options);
        // Not for the script; the JVM that makes the cache takes it as well.
        command.environment().put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + directory.resolve("classes-%p"));
        Process process = command.start();
        try {
            assertThat(process.waitFor(RUN.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        Path classes = directory.resolve("classes-" + process.pid()); // the script becomes the JVM
        return new Use(process.exitValue(), Files.readString(said), Files.readString(classes));
    }

    private Use use() throws IOException, InterruptedException {
        Use use = use(cache, "");
        assertThat(use.code()).as(use.said()).isZero();
        assertThat(use.said()).contains("Capstan ");
        return use;
    }

    private List<String> caches() {
        try (Stream<Path> all = Files.list(cache.resolve("capstan/aot"))) {
            return all.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Whether so many are there, and none is being made. */
    private boolean settlesAt(int count) {
        return Await.until(
                () -> {
                    List<String> all = caches();
                    return all.size() == count && all.stream().allMatch(name -> name.endsWith(".aot"));
                },
                TRAINING);
    }

    @Test
    void theFirstUseMakesItTheSecondUsesItAndAChangedJarHasAnother() throws IOException, InterruptedException {
        assertThat(use().ofTheCache()).isFalse();
        assertThat(settlesAt(1)).as("%s", caches()).isTrue();
        assertThat(use().ofTheCache()).isTrue();
        assertThat(caches()).as("nothing more is made").hasSize(1);

        Use watched = use(cache, JDWP);
        assertThat(watched.code()).isZero();
        assertThat(watched.ofTheCache()).as("an agent may change classes").isFalse();
        assertThat(caches()).as("and none is made for it").hasSize(1);

        changeAJar();
        assertThat(use().ofTheCache()).as("made from other jars").isFalse();
        assertThat(settlesAt(2)).as("%s", caches()).isTrue();
        assertThat(use().ofTheCache()).isTrue();
    }

    /** The same content under the same name, written anew as a build does it; the times alone may be set back. */
    private void changeAJar() throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            Path jar = jars.sorted().findFirst().orElseThrow();
            byte[] content = Files.readAllBytes(jar);
            FileTime time = Files.getLastModifiedTime(jar);
            Files.delete(jar);
            Files.write(jar, content);
            Files.setLastModifiedTime(jar, time);
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenToDoesNoHarm() throws IOException, InterruptedException {
        Path readOnly =
                Files.createDirectory(
                        directory.resolve("read-only"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        for (Path place : List.of(readOnly, Path.of("/proc/nope"), Files.createFile(directory.resolve("file")))) {
            boolean rootMayAll = place.equals(readOnly) && Files.isWritable(readOnly);
            if (!rootMayAll) {
                Use use = use(place, "");
                assertThat(use.code()).as(use.said()).isZero();
                assertThat(use.said().lines().filter(line -> !line.startsWith("Picked up")))
                        .singleElement()
                        .satisfies(line -> assertThat(line).startsWith("Capstan "));
                assertThat(use.ofTheCache()).isFalse();
            }
        }
    }
}

package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

final class ClassPathTest {
    @TempDir private Path directory;

    @Test
    void jarsThatAManifestNamesComeAfterTheOneThatNamesThem() throws IOException {
        Path program = jar("program.jar", "lib/a.jar lib/with%20space.jar");
        Path a = jar("lib/a.jar", "b.jar");
        Path b = jar("lib/b.jar", "");
        Path spaced = jar("lib/with space.jar", "");
        Path last = jar("last.jar", "");
        assertThat(ClassPath.files(program + File.pathSeparator + last)).containsExactly(program, a, b, spaced, last);
    }

    @Test
    void jarsThatNameEachOtherAreThereOnce() throws IOException {
        Path a = jar("a.jar", "b.jar");
        Path b = jar("b.jar", "a.jar b.jar");
        assertThat(ClassPath.files(a.toString())).containsExactly(a, b);
    }

    @Test
    void whatIsNotThereOrElsewhereIsLeftOut() throws IOException {
        Path a = jar("a.jar", "missing.jar https://example.org/x.jar no%zzname :: ");
        assertThat(ClassPath.files(directory.resolve("gone.jar") + File.pathSeparator + a)).containsExactly(a);
    }

    @Test
    void directoriesAndFilesThatAreNoJarsStandForThemselves() throws IOException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Path text = Files.writeString(directory.resolve("text"), "no jar");
        assertThat(ClassPath.files(classes + File.pathSeparator + text)).containsExactly(classes, text);
    }

    private Path jar(String name, String named) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (!named.isEmpty()) {
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, named);
        }
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
        return file;
    }
}

package dev.capstan.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class NullMarkedTest {
    @Test
    void everyMainPackageSaysWhatItIsForAndIsNullMarked() {
        List<Path> sources =
                Repository.modules().stream()
                        .map(module -> Repository.ROOT.resolve(module).resolve("src/main/java"))
                        .toList();
        assertThat(unmarkedPackages(sources)).as("packages without a package-info.java with @NullMarked").isEmpty();
    }

    @Test
    void aPackageWithoutTheMarkIsFound(@TempDir Path directory) throws Exception {
        Path marked = Files.createDirectory(directory.resolve("marked"));
        Files.writeString(marked.resolve("A.java"), "");
        Files.writeString(marked.resolve("package-info.java"), "/** A package. */\n@NullMarked\npackage marked;\n");
        Path unmarked = Files.createDirectory(directory.resolve("unmarked"));
        Files.writeString(unmarked.resolve("A.java"), "");
        assertThat(unmarkedPackages(List.of(directory))).containsExactly(unmarked);
    }

    private static List<Path> unmarkedPackages(List<Path> sources) {
        return sources.stream()
                .flatMap(source -> Repository.filesUnder(source, ".java").stream())
                .map(Path::getParent)
                .distinct()
                .filter(directory -> !isMarked(directory.resolve("package-info.java")))
                .toList();
    }

    private static boolean isMarked(Path packageInfo) {
        return Files.exists(packageInfo) && Repository.read(packageInfo).contains("\n@NullMarked\n");
    }
}

package dev.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class JdksTest {
    @TempDir private Path directory;

    @Test
    void theFirstOfTheVersionsThatIsThereIsTaken() throws IOException {
        Path seventeen = jdk("a", "17.0.15");
        Path twentyOne = jdk("b", "21");
        jdk("c", "25.0.1");
        Jdks jdks = Jdks.in(Map.of(), directory);
        assertThat(jdks.find(21, 17)).contains(twentyOne);
        assertThat(jdks.find(17, 21)).contains(seventeen);
        assertThat(jdks.find(11)).isEmpty();
    }

    @Test
    void theOneOfTheEnvironmentComesFirst() throws IOException {
        jdk("places/a", "17.0.1");
        Path chosen = jdk("chosen", "17.0.2");
        Jdks jdks = Jdks.in(Map.of("JAVA_HOME", chosen.toString()), directory.resolve("places"));
        assertThat(jdks.find(17)).contains(chosen);
    }

    @Test
    void theJavaOnThePathIsFoundThroughItsLinks() throws IOException {
        Path home = jdk("hidden/jdk", "17.0.1");
        Path java = Files.createFile(home.resolve("bin/java"));
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), java);
        assertThat(Jdks.in(Map.of("PATH", bin.toString())).find(17)).contains(home.toRealPath());
    }

    @Test
    void aPlaceWithoutACompilerIsNoJdk() throws IOException {
        Files.delete(jdk("a", "17.0.1").resolve("bin/javac"));
        assertThat(Jdks.in(Map.of(), directory).find(17)).isEmpty();
    }

    @Test
    void theSourceTreeIsFoundFromWithin() throws IOException {
        Path deep = Files.createDirectories(directory.resolve("launcher/target/jars"));
        assertThat(SourceTree.above(deep)).isEmpty();
        Files.createDirectories(directory.resolve("bench"));
        Files.createFile(directory.resolve("bench/pom.xml"));
        Files.createFile(directory.resolve("capstan"));
        assertThat(SourceTree.above(deep)).contains(directory.toAbsolutePath());
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Path javac = Files.createFile(home.resolve("bin/javac"));
        assertThat(javac.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}

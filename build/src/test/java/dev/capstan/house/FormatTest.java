package dev.capstan.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

class FormatTest {
    private static final Path OPTIONS = Repository.ROOT.resolve("build/format.options");

    /** Digests of the files that passed last time, since to format all files takes long and most are as they were. */
    private static final Path PASSED = Repository.ROOT.resolve("build/target/formatted");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyFileIsAsTheFormatterWritesIt() throws Exception {
        List<Path> sources =
                Repository.modules().stream()
                        .flatMap(module ->
                                Repository.filesUnder(Repository.ROOT.resolve(module + "/src"), ".java").stream())
                        .toList();
        assertThat(sources).isNotEmpty();

        var passed = new HashSet<>(Files.exists(PASSED) ? Files.readAllLines(PASSED) : List.of());
        var digests = new TreeSet<String>();
        var changed = new ArrayList<Path>();
        for (Path source : sources) {
            String digest = digest(source);
            digests.add(digest);
            if (!passed.contains(digest)) {
                changed.add(source);
            }
        }
        assertThat(unformatted(changed)).as("files to format with build/format").isEmpty();
        Files.write(PASSED, digests);
    }

    @Test
    void aFileThatIsNotFormattedIsFound(@TempDir Path directory) throws Exception {
        Path ugly = Files.writeString(directory.resolve("Ugly.java"), "class Ugly{int x ;}");
        assertThat(unformatted(List.of(ugly))).containsExactly(ugly);
    }

    private static List<Path> unformatted(List<Path> sources) {
        if (sources.isEmpty()) {
            return List.of();
        }
        var arguments = new ArrayList<>(List.of("@" + OPTIONS, "--dry-run"));
        sources.forEach(source -> arguments.add(source.toString()));
        var found = new StringWriter();
        var errors = new StringWriter();
        ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
        formatter.run(new PrintWriter(found), new PrintWriter(errors), arguments.toArray(String[]::new));
        assertThat(errors.toString()).isEmpty();
        return found.toString().lines().map(file -> Path.of(file)).toList();
    }

    /** Of the file and of all else that decides how it is to look. */
    private static String digest(Path source) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        var formatter = Formatter.class.getProtectionDomain().getCodeSource().getLocation();
        digest.update(formatter.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(OPTIONS));
        return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(source)));
    }
}

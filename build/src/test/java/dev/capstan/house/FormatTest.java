package dev.capstan.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

class FormatTest {
    @Test
    void everyFileIsAsTheFormatterWritesIt() {
        List<Path> sources =
                Repository.modules().stream()
                        .flatMap(module ->
                                Repository.filesUnder(Repository.ROOT.resolve(module + "/src"), ".java").stream())
                        .toList();
        assertThat(sources).isNotEmpty();
        assertThat(unformatted(sources)).as("files to format with build/format").isEmpty();
    }

    @Test
    void aFileThatIsNotFormattedIsFound(@TempDir Path directory) throws Exception {
        Path ugly = Files.writeString(directory.resolve("Ugly.java"), "class Ugly{int x ;}");
        assertThat(unformatted(List.of(ugly))).containsExactly(ugly);
    }

    private static List<Path> unformatted(List<Path> sources) {
        var arguments = new ArrayList<>(List.of("@" + Repository.ROOT.resolve("build/format.options"), "--dry-run"));
        sources.forEach(source -> arguments.add(source.toString()));
        var found = new StringWriter();
        var errors = new StringWriter();
        ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
        formatter.run(new PrintWriter(found), new PrintWriter(errors), arguments.toArray(String[]::new));
        assertThat(errors.toString()).isEmpty();
        return found.toString().lines().map(file -> Path.of(file)).toList();
    }
}

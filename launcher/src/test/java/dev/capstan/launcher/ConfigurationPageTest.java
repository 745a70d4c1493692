package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kernel.config.ConfigDocumentation;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigTable;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page of settings and the table of keys in the code say the same. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void thePageIsTheTableOfKeys() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("run `./capstan conf --markdown > docs/configuration.md`")
                .isEqualTo(ConfigDocumentation.markdown(ConfigTable.load()));
    }

    @Test
    void eachKeyIsExplainedByASentence() {
        for (ConfigKey<?> key : ConfigTable.load().keys()) {
            assertThat(key.meaning())
                    .as(key.name())
                    .matches("[A-Z][^|\\n]*\\.") // a bar or an end of line would break the page's table
                    .hasSizeGreaterThan(20)
                    .contains(" ");
        }
    }
}

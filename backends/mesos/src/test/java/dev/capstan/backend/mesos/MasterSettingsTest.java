package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.config.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

final class MasterSettingsTest {
    private static final Map<String, String> USUAL =
            Map.of(
                    "capstan.mesos.principal", "",
                    "capstan.mesos.secret", "",
                    "capstan.mesos.tls", "false",
                    "capstan.mesos.tls.trust", "",
                    "capstan.mesos.connectTimeout", "30s");

    @TempDir private Path directory;

    @Test
    void aSecretOfNobodyIsRefused() {
        assertThatThrownBy(() -> read(Map.of("capstan.mesos.secret", "hush")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("capstan.mesos.secret is given without capstan.mesos.principal, whose it is");
    }

    @Test
    void aNameThatCredentialsCannotHoldIsRefusedByItsKey() {
        assertThatThrownBy(() -> read(Map.of("capstan.mesos.principal", "a:b")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("capstan.mesos.principal: 'a:b' has a colon, which no principal may have");
    }

    @Test
    void certificatesThatNobodyIsAskedForAreRefused() {
        assertThatThrownBy(() -> read(Map.of("capstan.mesos.tls.trust", "masters.pem")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("capstan.mesos.tls is false");
    }

    @Test
    void certificatesThatAreNotThereAreNamed() {
        String missing = directory.resolve("masters.pem").toString();
        assertThatThrownBy(() -> read(Map.of("capstan.mesos.tls", "true", "capstan.mesos.tls.trust", missing)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("capstan.mesos.tls.trust: there is no file " + missing);
    }

    @Test
    void aFileWithoutCertificatesIsNamed() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertThatThrownBy(() -> read(Map.of("capstan.mesos.tls", "true", "capstan.mesos.tls.trust", empty.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessage("capstan.mesos.tls.trust: there is no certificate in " + empty);
    }

    @Test
    void theSecretIsNotShown() {
        MasterSettings settings = read(Map.of("capstan.mesos.principal", "me", "capstan.mesos.secret", "hush"));
        assertThat(settings).hasToString("masters, spoken to in the open as me");
        assertThat(settings.access().tls()).isNull();
    }

    private static MasterSettings read(Map<String, String> set) {
        return MasterSettings.from(key -> set.getOrDefault(key, USUAL.getOrDefault(key, "")));
    }
}

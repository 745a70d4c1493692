package dev.capstan.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterPlaceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host:5050|host:5050",
                "host|host:5050",
                "h1:1, h2:2|h1:1,h2:2",
                "[::1]:5051|[::1]:5051",
                "[fe80::1]|[fe80::1]:5050",
                "zk://z1:2181,z2:2181/mesos|zk://z1:2181,z2:2181/mesos",
                "zk://user:secret@z1:2181/mesos|zk://z1:2181/mesos"
            })
    void placesAreReadAndShownWithoutPasswords(String text, String shown) {
        assertThat(MasterPlace.parse(text)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "host:", "host:x", "host:0", "host:65536", ":5050", "a,,b", "a/b:1", "zk://z1:2181"})
    void whatIsNoPlaceIsRefused(String text) {
        assertThatThrownBy(() -> MasterPlace.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecretIsNotShown() {
        assertThat(new MasterAccess.Credential("me", "hush")).asString().contains("me").doesNotContain("hush");
    }
}

package dev.capstan.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ConfigTest {
    private static final ConfigKey<Integer> FAILURES =
            ConfigKey.of("capstan.task.maxFailures", ConfigType.whole(1, 100), "4", "How often a task may fail.");
    private static final ConfigKey<Duration> WAIT =
            ConfigKey.of("capstan.locality.wait", ConfigType.DURATION, "3s", "How long to wait.");
    private static final ConfigKey<ByteSize> LIMIT =
            ConfigKey.of("capstan.driver.maxResultSize", ConfigType.SIZE, "1g", "How much.");
    private static final ConfigKey<String> STORE =
            ConfigKey.of("capstan.test.store", ConfigType.TEXT, "", "Where to keep things.");
    private static final ConfigTable TABLE = new ConfigTable(List.of(FAILURES, WAIT, LIMIT, STORE));

    @Test
    void strongerSourcesWinAndEachValueKnowsWhoSetIt(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("capstan.conf");
        Files.writeString(file, "# ours\n\ncapstan.task.maxFailures 5\ncapstan.locality.wait = 1s\n");
        Config config =
                Config.builder(TABLE)
                        .file(file)
                        .environment(Map.of("CAPSTAN_TASK_MAX_FAILURES", "6", "PATH", "x"))
                        .commandLine(List.of("capstan.task.maxFailures=7"))
                        .build();
        assertThat(config.get(FAILURES)).isEqualTo(7);
        assertThat(config.entry(FAILURES.name()).origin()).isEqualTo("--conf");
        assertThat(config.get(WAIT)).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.entry(WAIT.name()).origin()).isEqualTo(file + ":4");
        assertThat(config.get(LIMIT)).isEqualTo(new ByteSize(1L << 30));
        assertThat(config.entry(LIMIT.name()).isDefault()).isTrue();
    }

    @Test
    void anUnknownKeyNamesTheNearestKnownOne() {
        assertThatThrownBy(() -> Config.builder(TABLE).commandLine(List.of("capstan.task.maxFailure=7")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "there is no key 'capstan.task.maxFailure' (--conf); did you mean capstan.task.maxFailures?");
        assertThatThrownBy(() -> Config.builder(TABLE).set("entirely.different.thing.altogether", "1", "program"))
                .hasMessageContaining("'capstan conf' lists all keys");
        assertThatThrownBy(() -> Config.builder(TABLE).environment(Map.of("CAPSTAN_TASK_MAXFAILURES", "6")))
                .hasMessageContaining("did you mean CAPSTAN_TASK_MAX_FAILURES?");
    }

    @Test
    void anAddressIsShownWithoutItsPasswordAndTakenWithIt() {
        String address = "zk://us:secret@h1:2181/store";
        Config config = Config.builder(TABLE).set(STORE.name(), address, "program").build();
        assertThat(config.get(STORE)).isEqualTo(address);
        assertThat(config.text(STORE.name())).isEqualTo(address);
        assertThat(config.entry(STORE.name()).shown()).isEqualTo("zk://…@h1:2181/store");
    }

    @Test
    void aBadValueNamesKeyOriginAndWhatWouldDo() {
        assertThatThrownBy(() -> Config.builder(TABLE).commandLine(List.of("capstan.driver.maxResultSize=1 parsec")))
                .hasMessage(
                        "capstan.driver.maxResultSize (--conf): '1 parsec' is not a size;"
                                + " write a number and a unit, like 64k, 512m or 1g");
        assertThatThrownBy(() -> Config.builder(TABLE).commandLine(List.of("capstan.task.maxFailures=0")))
                .hasMessageContaining("out of bounds");
        assertThatThrownBy(() -> Config.builder(TABLE).commandLine(List.of("capstan.task.maxFailures")))
                .hasMessageContaining("key=value");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "17,17", "1k,1024", "64 KiB,65536", "1.5m,1572864", "2gb,2147483648", "1T,1099511627776"})
    void sizesAreReadWithTheirUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "-1k", "1x", "1..5m", "9999999p", "one"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "250ms,250000000", "1.5s,1500000000", "2 m,120000000000", "1h,3600000000000", "5us,5000"})
    void durationsAreReadWithTheirUnits(String text, long nanos) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "1 fortnight", "99999999999999d"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"500,500 B", "1024,1 KiB", "1610612736,1.50 GiB"})
    void sizesArePrintedForPeople(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"demo,dmeo,1", "'',abc,3", "kitten,sitting,3", "same,same,0"})
    void distanceCountsSingleLetterChangesAndSwaps(String a, String b, int distance) {
        assertThat(Nearest.distance(a, b)).isEqualTo(distance);
    }

    @Test
    void aWordThatIsNearNothingHasNoNearest() {
        assertThat(Nearest.of("xylophone", List.of("run", "demo"))).isEmpty();
        assertThat(Nearest.of("dem", List.of("run", "demo"))).isEqualTo(Optional.of("demo"));
    }

    @Test
    void twoKeysOfOneNameAreABug() {
        assertThatThrownBy(() -> new ConfigTable(List.of(WAIT, WAIT))).hasMessageContaining("two keys");
    }

    @Test
    void aDefaultThatIsNoValueIsABug() {
        assertThatThrownBy(() -> ConfigKey.of("capstan.x", ConfigType.DURATION, "soon", ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFolderOfSettingsThatIsNamedMustBeThere(@TempDir Path directory) {
        assertThatThrownBy(() ->
                        Config.builder(TABLE)
                                .surroundings(Map.of("CAPSTAN_CONF_DIR", directory.resolve("x").toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessage("CAPSTAN_CONF_DIR names " + directory.resolve("x") + ", which is not a directory");
        assertThat(Config.builder(TABLE).surroundings(Map.of("CAPSTAN_CONF_DIR", directory.toString())).build())
                .isNotNull();
    }
}

package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

class MainTest {
    @Test
    void versionNamesCapstanAndTheJvm() {
        Ended ended = run("version");
        assertThat(ended.code).isZero();
        assertThat(ended.out).matches("Capstan \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? on .+ 25\\..+\n");
    }

    @Test
    void versionSpeaksJson() {
        assertThat(run("version", "--json").out)
                .matches("\\{\"name\": \"Capstan\", \"version\": \"[^\"]+\", \"jvm\": \"[^\"]+\"}\n");
    }

    @Test
    void anUnknownVerbIsRefusedInOneLineThatNamesTheNearest() {
        assertThat(run("verison"))
                .isEqualTo(new Ended(2, "", "capstan: there is no verb 'verison'; did you mean 'version'?\n"));
    }

    @Test
    void aVerbLikeNoOtherIsRefusedWithTheWayToTheList() {
        assertThat(run("xxx")).isEqualTo(new Ended(2, "", "capstan: there is no verb 'xxx'; see `capstan --help`\n"));
    }

    @Test
    void anUnknownOptionIsRefusedInOneLine() {
        assertThat(run("version", "--jsn"))
                .isEqualTo(new Ended(2, "", "capstan: Unknown option: '--jsn'; did you mean '--json'?\n"));
    }

    @Test
    void noVerbAtAllGetsTheListAndIsNoSuccess() {
        Ended ended = run();
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.err).contains("Verbs:", "version");
    }

    @Test
    void everyVerbExplainsItselfWithAnExample() {
        String list = run("--help").out;
        List<String> verbs =
                list.substring(list.indexOf("Verbs:"), list.indexOf("Examples:"))
                        .lines()
                        .filter(line -> line.matches("  [a-z].*"))
                        .map(line -> line.strip().split(" ")[0])
                        .toList();
        assertThat(verbs).contains("demo", "run", "sim", "conf", "completion", "version");
        for (String verb : verbs) {
            Ended ended = run(verb, "--help");
            assertThat(ended.code).isZero();
            assertThat(ended.out).containsPattern("Usage: capstan " + verb).containsPattern("Examples?:\\s.*capstan");
        }
    }

    @Test
    void completionIsAScriptForTheShell() {
        assertThat(run("completion", "bash").out).contains("complete", "--master");
        assertThat(run("completion", "zsh").out).startsWith("autoload").contains("--master");
    }

    @Test
    void theDemoCountsTheSameEverywhere() {
        Ended ended = run("demo", "--lines", "500");
        assertThat(ended.err).isEmpty();
        assertThat(ended.code).isZero();
        assertThat(ended.out).contains("local[*]", "  the ", "All agree: 5,000 words");
    }

    @Test
    void theDemoSpeaksJson() {
        assertThat(run("demo", "--lines", "500", "--json").out).startsWith("{\"agree\": true, \"top\": {\"the\": ");
    }

    @Test
    void aSettingIsListedWithItsValueItsDefaultAndWhoSetIt() {
        assertThat(run("conf", "task.maxFailures", "--conf", "capstan.task.maxFailures=7").out)
                .startsWith("capstan.task.maxFailures = 7   (--conf; default: 4)\n    How often");
    }

    @Test
    void theSecretIsNotShown() {
        String secret = "capstan.network.secret=a secret of many letters";
        assertThat(run("conf", "network.secret", "--conf", secret).out)
                .startsWith("capstan.network.secret = (not shown)   (--conf; default: none)\n");
        assertThat(run("conf", "--json", "network.secret", "--conf", secret).out)
                .contains("\"value\": \"(not shown)\"")
                .doesNotContain("letters");
    }

    @Test
    void anAddressIsShownWithoutItsPassword() {
        for (String key : List.of("capstan.mesos.store", "capstan.mesos.master")) {
            String setting = key + "=zk://us:se@cret@h1:2181,h2:2181/capstan";
            assertThat(run("conf", key, "--conf", setting).out)
                    .startsWith(key + " = zk://…@h1:2181,h2:2181/capstan   (--conf; default: none)\n");
            assertThat(run("conf", "--json", key, "--conf", setting).out)
                    .contains("\"value\": \"zk://…@h1:2181,h2:2181/capstan\"")
                    .doesNotContain("cret");
        }
    }

    @Test
    void settingsAreListedAsJson() {
        assertThat(run("conf", "--json", "capstan.task.cpus").out)
                .isEqualTo(
                        "[{\"key\": \"capstan.task.cpus\", \"value\": \"1\", \"default\": \"1\", \"takes\": \"number\","
                                + " \"meaning\": \"Cpus that a task takes; 0.5 lets two share one.\","
                                + " \"setBy\": \"default\"}]\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a=b                           | there is no key 'a' (--conf); 'capstan conf' lists all keys
                    capstan.task.maxFailure=3     | there is no key 'capstan.task.maxFailure' (--conf); did you mean capstan.task.maxFailures?
                    capstan.task.maxFailures=zero | capstan.task.maxFailures (--conf): 'zero' is not a whole number
                    capstan.task.maxFailures=0    | capstan.task.maxFailures (--conf): '0' is out of bounds; it takes a whole number, 1 to 100
                    capstan.task.maxFailures      | --conf takes key=value, not 'capstan.task.maxFailures'
                    """)
    void aSettingThatCannotBeUsedIsRefusedInOneLine(String setting, String why) {
        assertThat(run("conf", "--conf", setting)).isEqualTo(new Ended(2, "", "capstan: " + why + "\n"));
    }

    private record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ended(code, out.toString(), err.toString());
    }
}

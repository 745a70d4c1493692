package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

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
        Ended ended = run("version", "--help");
        assertThat(ended.code).isZero();
        assertThat(ended.out).contains("Usage: capstan version", "Example: capstan version");
    }

    private record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ended(code, out.toString(), err.toString());
    }
}

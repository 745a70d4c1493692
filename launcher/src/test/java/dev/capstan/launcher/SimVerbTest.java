package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

@Tag("simulation")
class SimVerbTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void seedsThatHoldAreSummedUp() {
        assertThat(run("sim", "--seeds", "4", "--from", "7")).isZero();
        assertThat(out.toString())
                .matches("4 seeds, no failure: \\d.\\d virtual hours, [\\d,]+ events, \\d+ jobs, \\d+ tasks in .* s\n");
    }

    @Test
    void aFailureIsShownWithTheWayToSeeItAgain() {
        assertThat(run("sim", "--seeds", "20", "--mutant", "hands_out_results_twice")).isEqualTo(1);
        assertThat(out.toString())
                .contains("was taken twice", "To see it again: capstan sim --seeds 1 --from ", " --mutant HANDS_OUT_")
                .contains("20 seeds, ");
    }

    @Test
    void theSumIsThereAsJson() {
        assertThat(run("sim", "--seeds", "2", "--json")).isZero();
        assertThat(out.toString()).startsWith("{\"seeds\": 2, \"from\": 1, \"mutant\": \"NONE\", \"virtualSeconds\": ");
    }

    @Test
    void noSeedIsRefused() {
        assertThat(run("sim", "--seeds", "0")).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("capstan: --seeds takes a number from 1, not 0\n");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}

package dev.capstan.bench.side;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class SideLoopTest {
    @Test
    void aProgramIsPreparedOnceAndRunsAsOftenAsItIsAsked() throws Exception {
        var runs = new AtomicInteger();
        List<String> answers =
                answers(
                        "run\nrun\n",
                        (name, setting) -> {
                            assertThat(name).isEqualTo("sort");
                            assertThat(setting.size()).isEqualTo(0.5);
                            return () -> Figure.of(runs.incrementAndGet(), "ok");
                        });
        assertThat(answers).containsExactly("ready", Figure.of(1, "ok").line(), Figure.of(2, "ok").line());
    }

    @Test
    void aRunThatFailsIsAnsweredInOneLine() throws Exception {
        List<String> answers =
                answers(
                        "run\n",
                        (_, _) ->
                                () -> {
                                    throw new IllegalStateException("wrong\nresult");
                                });
        assertThat(answers).containsExactly("ready", "failed\tjava.lang.IllegalStateException: wrong result");
    }

    @Test
    void aProgramThatCannotBePreparedIsNotReady() throws Exception {
        List<String> answers =
                answers(
                        "run\n",
                        (_, _) -> {
                            throw new IOException("no space");
                        });
        assertThat(answers).containsExactly("failed\tjava.io.IOException: no space");
    }

    private static List<String> answers(String requests, SideLoop.Preparation preparation) throws IOException {
        var answers = new ByteArrayOutputStream();
        SideLoop.serve(
                new String[] {"sort", "0.5", "data"},
                preparation,
                new ByteArrayInputStream(requests.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(answers, true, StandardCharsets.UTF_8));
        return answers.toString(StandardCharsets.UTF_8).lines().toList();
    }
}

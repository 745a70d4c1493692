package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

@Tag("live")
class BenchVerbTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path work;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    bench wordcont           | there is no workload 'wordcont'; did you mean 'wordcount'?
                    bench --only sort,jion   | there is no workload 'jion'; did you mean 'join'?
                    bench xyzxyzxyz          | there is no workload 'xyzxyzxyz'; `capstan bench --list` lists all
                    bench --repeats 0        | --repeats takes a number from 1 to 1000, not 0
                    bench --size 0           | --size takes a number above 0 and up to 200, not 0.0
                    bench --size 1,-1        | --size takes a number above 0 and up to 200, not -1.0
                    bench --heap much        | --heap takes a size such as 4g or 512m, not 'much'
                    bench --vs flink         | --vs takes a peer, which is spark, not 'flink'
                    bench --kernels=X --vs spark | --kernels measures Capstan's own, and not with --vs
                    bench --kernels=X sort   | --kernels measures no workloads: give the pattern as --kernels=<pattern>
                    bench --only ,           | --only takes names of workloads; `capstan bench --list` lists all
                    bench --peer-defaults    | --peer-defaults is of use only with --vs
                    """)
    void whatCannotBeMeasuredIsRefusedInOneLine(String line, String why) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("capstan: " + why + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsToldInOneLine() throws IOException {
        Path inTheWay = Files.createFile(work.resolve("file"));
        assertThat(run("bench", "--work", inTheWay.resolve("x").toString(), "--size", "0.01", "--only", "wordcount"))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("capstan: cannot start ").contains(inTheWay.toString()));
    }

    @Test
    @Timeout(20)
    void aKernelThatThereIsNotIsRefusedBeforeAnythingIsBuilt() {
        for (String pattern : List.of("NoSuchKernel", "Combine(")) {
            err.getBuffer().setLength(0);
            assertThat(run("bench", "--kernels=" + pattern, "--work", work.toString())).isEqualTo(1);
            assertThat(err.toString().lines())
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line)
                                    .contains(pattern, "the kernels are CombineKernel.combine, LinesKernel.read"));
        }
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void workloadsAreListed() {
        assertThat(run("bench", "--list", "--only", "sort,join")).isZero();
        assertThat(out.toString().lines().map(line -> line.split(" ")[0])).containsExactly("sort", "join");
    }

    @Test
    void eachWorkloadIsALine() {
        assertThat(run("bench", "--work", work.toString(), "--repeats", "2", "--size", "0.001,0.002", "join")).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("join x0.001 ").endsWith(", 2 repeats"),
                        line -> assertThat(line).startsWith("join x0.002 "),
                        line -> assertThat(line).contains("capstan: 1.00 at x0.001, ", "(1.00 is linear)"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void figuresAreGivenAsJson() {
        assertThat(run("bench", "--work", work.toString(), "--repeats", "1", "--json", "jars")).isZero();
        assertThat(out.toString())
                .matches(
                        "\\[\\{\"name\": \"jars\", \"size\": 1.0, \"unit\": \"jars\", \"capstan\": \\{\"median\":"
                                + " [0-9.]+, \"least\": [0-9.]+, \"most\": [0-9.]+, \"repeats\": 1}}]\n");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}

package dev.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Optional;

/**
 * 150 MB of data in a heap of 64 MB, in a JVM of its own or in two executors of 64 MB each; the programs themselves
 * look at their results.
 */
@Tag("process")
@Timeout(180)
class SmallHeapTest {
    private static final double SIZE = 0.3;

    @TempDir private Path work;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sort",
                "join",
                "cogroup",
                "groupbykey",
                "groupmixed",
                "grouplarge",
                "reducebykey",
                "aggregatebykey",
                "distinct",
                "cache",
                "cachedisk",
                "repartition",
                "rarelargereduce",
                "rarelargeaggregate",
                "rarelargegroup",
                "rarelargesort",
                "rarelargecache"
            })
    void dataLargerThanTheHeapGivesTheRightResult(String job) throws InterruptedException {
        run("small-heap-" + job);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sort", "join", "groupbykey", "grouplarge", "aggregatebykey", "repartition"})
    void dataLargerThanTheHeapsOfTwoExecutorsGivesTheRightResult(String job) throws InterruptedException {
        run("small-executors-" + job);
    }

    private void run(String name) throws InterruptedException {
        Workload workload = Workloads.all().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        var options = new BenchOptions(1, "64m", work, Optional.empty());
        Result result = new Bench(CapstanJvm.side(), Optional.empty(), options).run(workload, SIZE).ours();
        assertThat(result.median()).isPositive();
        assertThat(result.notes().get("MB that a task held at most")).isLessThan(34.0);
    }
}

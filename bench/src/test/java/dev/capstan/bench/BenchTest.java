package dev.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whole contests with real processes and little data. */
@Tag("live")
class BenchTest {
    private static final double TINY = 0.0005;

    @TempDir private Path work;

    @Test
    void aProgramIsMeasuredInAProcessOfItsOwn() throws IOException, InterruptedException {
        Comparison comparison = bench(Optional.empty()).run(workload("groupbykey"), TINY);
        assertThat(comparison.ours().repeats()).isEqualTo(2);
        assertThat(comparison.ours().median()).isPositive();
        assertThat(Files.readString(work.resolve("logs/groupbykey-capstan.log"))).isEmpty();
    }

    @Test
    void theStartOfAProcessIsMeasuredFromOutside() throws InterruptedException {
        assertThat(bench(Optional.empty()).run(workload("start"), 1).ours().least()).isGreaterThan(20);
    }

    @Test
    void theClassPathIsCountedWithoutStartingAnything() throws InterruptedException {
        Comparison comparison = bench(Optional.empty()).run(workload("jars"), 1);
        assertThat(comparison.ours().median()).isPositive();
        assertThat(work.resolve("logs")).doesNotExist();
    }

    @Test
    void aRecordingIsMadeOfEachWorkload() throws InterruptedException {
        var options = new BenchOptions(1, "256m", work, Optional.of(work));
        new Bench(CapstanJvm.side(), Optional.empty(), options).run(workload("join"), TINY);
        assertThat(work.resolve("join.jfr")).isNotEmptyFile();
    }

    @Test
    void aProgramThatDoesNotStartIsToldWithItsLog() {
        var unknown = Workload.program("nothing", "there is no such program", Unit.SECONDS, 0);
        assertThatThrownBy(() -> bench(Optional.empty()).run(unknown, 1))
                .isInstanceOf(BenchException.class)
                .hasMessageStartingWith("capstan in nothing failed: ")
                .hasMessageContaining("no program nothing")
                .hasMessageEndingWith("nothing-capstan.log");
    }

    @Test
    void aProcessThatEndsAtOnceIsToldWithWhatItSaid() {
        var options = new BenchOptions(1, "1k", work, Optional.empty()); // no JVM starts with so little
        assertThatThrownBy(() -> new Bench(CapstanJvm.side(), Optional.empty(), options).run(workload("join"), TINY))
                .isInstanceOf(BenchException.class);
    }

    /** Downloads Spark, so it runs only when asked for: {@code BENCH_PEER=true}. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @EnabledIfEnvironmentVariable(named = "BENCH_PEER", matches = "true")
    void sparkAgreesWithUs() throws InterruptedException {
        Bench bench = bench(Optional.of(SparkPeer.prepare(work, false, Optional.empty())));
        for (String name : new String[] {"wordcount", "sort", "join", "groupbykey", "regression", "pagerank"}) {
            assertThat(bench.run(workload(name), TINY).ratio()).isPresent();
        }
    }

    private Bench bench(Optional<Side> peer) {
        return new Bench(CapstanJvm.side(), peer, new BenchOptions(2, "256m", work, Optional.empty()));
    }

    private static Workload workload(String name) {
        return Workloads.all().stream().filter(workload -> workload.name().equals(name)).findFirst().orElseThrow();
    }
}

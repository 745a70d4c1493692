package dev.capstan.bench.kernel;

import dev.capstan.bench.side.ZipfText;
import dev.capstan.driver.CapstanContext;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The time to read the lines of 10 MB of text in one task; what a job takes besides is a hundredth of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LinesKernel {
    private static final long BYTES = 10_000_000;

    private final Path directory = temporaryDirectory();
    private final CapstanContext context =
            CapstanContext.builder().master("local").conf("capstan.console.progress", "false").create();
    private String file = "";

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("capstan-lines-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Setup
    public void write() throws IOException {
        file = ZipfText.file(directory, BYTES).toString();
    }

    @TearDown
    public void close() throws IOException {
        context.close();
        Files.delete(Path.of(file));
        Files.delete(directory);
    }

    @Benchmark
    public long read() {
        return context.textFile(file, 1).count();
    }
}

package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.task.TaskMetrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Programs on more data than there is memory: 500 MB at size 1, always in eight partitions, so that one of them is
 * larger than what a task gets of a small heap. Each record carries a number and the proof that it was not changed;
 * what comes out is counted and summed up. Each run has a context of its own, which must leave no file behind.
 */
public final class SmallHeap {
    static final String PREFIX = "small-heap-";
    static final int RECORDS = 5_000_000;
    private static final double MEGABYTE = 1 << 20;

    private final SmallHeapJob job;
    private final long records;
    private final Path directory;

    private SmallHeap(SmallHeapJob job, Setting setting) {
        this.job = job;
        this.records = setting.scaled(RECORDS) / SmallHeapJob.UNIT * (long) SmallHeapJob.UNIT;
        this.directory = setting.directory().resolve("spills");
    }

    /** What the workloads are called, and what each of them does. */
    public static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        for (SmallHeapJob job : SmallHeapJob.values()) {
            names.put(PREFIX + job.lowerCase(), "more data than memory: " + job.about());
        }
        return names;
    }

    static Program prepare(String name, Setting setting) {
        return new SmallHeap(SmallHeapJob.of(name.substring(PREFIX.length())), setting)::run;
    }

    private Figure run() {
        var costs = new Costs();
        Stopwatch watch = Stopwatch.started();
        SmallHeapJob.Sum sum;
        try (CapstanContext context =
                CapstanContext.builder()
                        .master("local[2]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.local.dirs", directory.toString())
                        .listener(costs)
                        .create()) {
            sum = job.run(context, records);
        }
        double seconds = watch.seconds();
        SmallHeapJob.Sum expected = job.expected(records);
        Expect.equal(expected.count(), sum.count(), "records");
        Expect.equal(expected.sum(), sum.sum(), "as the sum of their numbers");
        Expect.equal(0, filesLeft(), "files left");
        return new Figure(seconds, sum.count() + " records", notes(costs.total()));
    }

    private static Map<String, Double> notes(TaskMetrics metrics) {
        Map<String, Double> notes = new LinkedHashMap<>();
        notes.put("MB of memory spilled", metrics.memorySpilledBytes() / MEGABYTE);
        notes.put("MB on disk for it", metrics.diskSpilledBytes() / MEGABYTE);
        notes.put("MB that a task held at most", metrics.peakMemoryBytes() / MEGABYTE);
        return notes;
    }

    private long filesLeft() {
        if (!Files.exists(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

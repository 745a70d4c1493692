package dev.capstan.bench.capstan;

import com.sun.management.HotSpotDiagnosticMXBean;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.task.TaskMetrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Programs on more data than there is memory: 500 MB at size 1, always in eight partitions, so that one of them is
 * larger than what a task gets of a small heap. Each record carries a number and the proof that it was not changed;
 * what comes out is counted and summed up. Each run has a context of its own, which must leave no file behind.
 *
 * <p>They run in this JVM, and some of them also on two executors of their own, each with a heap like this one's.
 */
public final class SmallHeap {
    private static final String HERE = "small-heap-";
    private static final String ON_EXECUTORS = "small-executors-";

    /** What goes over the wire in different ways: sorted runs, joined sides, groups, combined values. */
    private static final Set<SmallHeapJob> ALSO_ON_EXECUTORS =
            EnumSet.of(
                    SmallHeapJob.SORT,
                    SmallHeapJob.JOIN,
                    SmallHeapJob.GROUPBYKEY,
                    SmallHeapJob.GROUPLARGE,
                    SmallHeapJob.AGGREGATEBYKEY,
                    SmallHeapJob.REPARTITION);

    static final int RECORDS = 5_000_000;
    private static final double MEGABYTE = 1 << 20;

    private final SmallHeapJob job;
    private final String master;
    private final long records;
    private final Path directory;

    private SmallHeap(SmallHeapJob job, String master, Setting setting) {
        this.job = job;
        this.master = master;
        this.records = setting.scaled(RECORDS) / SmallHeapJob.UNIT * (long) SmallHeapJob.UNIT;
        this.directory = setting.directory().resolve("spills");
    }

    /** What the workloads are called, and what each of them does. */
    public static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        for (SmallHeapJob job : SmallHeapJob.values()) {
            names.put(HERE + job.lowerCase(), "more data than memory: " + job.about());
        }
        for (SmallHeapJob job : ALSO_ON_EXECUTORS) {
            names.put(ON_EXECUTORS + job.lowerCase(), "more data than memory, two executors: " + job.about());
        }
        return names;
    }

    static boolean knows(String name) {
        return name.startsWith(HERE) || name.startsWith(ON_EXECUTORS);
    }

    static Program prepare(String name, Setting setting) {
        boolean here = name.startsWith(HERE);
        return new SmallHeap(
                        SmallHeapJob.of(name.substring((here ? HERE : ON_EXECUTORS).length())),
                        here ? "local[2]" : "local-cluster[2,1," + heapMegabytes() + "]",
                        setting)
                ::run;
    }

    /** As it was asked for; what {@link Runtime} tells leaves out a part of it. */
    private static long heapMegabytes() {
        String bytes =
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .getVMOption("MaxHeapSize")
                        .getValue();
        return Long.parseLong(bytes) >> 20;
    }

    private Figure run() {
        var costs = new Costs();
        Stopwatch watch = Stopwatch.started();
        SmallHeapJob.Sum sum;
        try (CapstanContext context =
                CapstanContext.builder()
                        .master(master)
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

package dev.capstan.driver;

import dev.capstan.driver.job.JobRunner;
import dev.capstan.engine.accumulator.Accumulation;
import dev.capstan.engine.accumulator.Accumulator;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.accumulator.DoubleAccumulator;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.engine.files.BinaryFile;
import dev.capstan.engine.files.BinaryFiles;
import dev.capstan.engine.files.FixedRecords;
import dev.capstan.engine.files.ObjectFiles;
import dev.capstan.engine.files.TextFile;
import dev.capstan.engine.files.WholeTextFiles;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.lineage.Emptiness;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LocalCollection;
import dev.capstan.engine.lineage.NumberRange;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.UnionOf;
import dev.capstan.kernel.serialization.ClosureCheck;
import dev.capstan.kernel.serialization.DriverOnly;
import dev.capstan.kernel.serialization.SerializationException;
import dev.capstan.kernel.serialization.Serializer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The entry to Capstan: makes datasets, and runs the jobs of their actions.
 *
 * <p>It may be used by many threads at once; jobs of different threads run side by side.
 *
 * <p><b>Job properties</b> (group, tags, pool) belong to the thread that sets them. A thread that is started later has
 * those that its creator had at that moment and changes its own copy from then on; threads of a pool keep what they
 * had, so set them inside of what is submitted, best within {@link #withJobProperties}.
 */
public final class CapstanContext implements AutoCloseable, DriverOnly {
    private final ContextDefaults defaults;
    private final AtomicInteger datasets = new AtomicInteger();
    private final AtomicInteger shuffles = new AtomicInteger();
    private final Checkpoints checkpoints = new Checkpoints(this);
    private final Jobs jobs;

    /** A context over a runner of jobs, which it owns and closes; programs say {@code CapstanContext.create()}. */
    public CapstanContext(JobRunner runner, ContextDefaults defaults) {
        this.defaults = Objects.requireNonNull(defaults, "defaults");
        this.jobs = new Jobs(Objects.requireNonNull(runner, "runner"), defaults.lineageLimit(), checkpoints);
    }

    /** A context with the settings of the command line, the environment and {@code conf/capstan.conf}. */
    public static CapstanContext create() {
        return builder().create();
    }

    /**
     * The same on the given master, unless the command line names another.
     *
     * @param master {@code local[*]} for instance
     */
    public static CapstanContext create(String master) {
        return builder().master(master).create();
    }

    /**
     * Begins a context with settings of its own: {@code CapstanContext.builder().conf("capstan.task.maxFailures",
     * "1").create()}.
     */
    public static ContextBuilder builder() {
        return new ContextBuilder();
    }

    // ---- datasets

    /** The elements as a dataset; they are copied at once: {@code context.parallelize(List.of("a", "b"))}. */
    public <T> Rdd<T> parallelize(Collection<? extends T> elements) {
        return parallelize(elements, defaults.parallelism());
    }

    /**
     * The elements as a dataset of so many partitions; they are copied at once: {@code context.parallelize(words, 8)}.
     */
    public <T> Rdd<T> parallelize(Collection<? extends T> elements, int partitions) {
        Checks.given(elements, "parallelize", "a collection");
        Checks.partitions(partitions, "parallelize");
        return new Rdd<>(this, LocalCollection.of(origin("parallelize"), elements, partitions, serializer()));
    }

    /** The pairs as a dataset; they are copied at once: {@code context.parallelizePairs(List.of(Pair.of("a", 1)))}. */
    public <K, V> PairRdd<K, V> parallelizePairs(Collection<Pair<K, V>> pairs) {
        return parallelizePairs(pairs, defaults.parallelism());
    }

    /**
     * The pairs as a dataset of so many partitions; they are copied at once: {@code context.parallelizePairs(pairs,
     * 8)}.
     */
    public <K, V> PairRdd<K, V> parallelizePairs(Collection<Pair<K, V>> pairs, int partitions) {
        Checks.given(pairs, "parallelizePairs", "a collection");
        Checks.partitions(partitions, "parallelizePairs");
        return new PairRdd<>(this, LocalCollection.of(origin("parallelizePairs"), pairs, partitions, serializer()));
    }

    /** The numbers from 0 until before {@code end}. */
    public Rdd<Long> range(long end) {
        return range(0, end, 1, defaults.parallelism());
    }

    /** The numbers from {@code start} until before {@code end}. */
    public Rdd<Long> range(long start, long end) {
        return range(start, end, 1, defaults.parallelism());
    }

    /** Numbers {@code step} apart, from {@code start} until before {@code end}; the step may be negative. */
    public Rdd<Long> range(long start, long end, long step, int partitions) {
        Checks.partitions(partitions, "range");
        return new Rdd<>(this, NumberRange.of(origin("range"), start, end, step, partitions));
    }

    /**
     * A dataset without elements and partitions, to begin a union with: {@code Rdd<String> all = context.emptyRdd()}.
     */
    public <T> Rdd<T> emptyRdd() {
        return new Rdd<>(this, new Emptiness<>(origin("emptyRdd")));
    }

    /**
     * The same as {@link #textFile(String, int)} with the default number of partitions: {@code
     * context.textFile("logs/*.gz")}.
     */
    public Rdd<String> textFile(String paths) {
        return textFile(paths, defaults.parallelism());
    }

    /**
     * The lines of text files, ended by LF, CR or CRLF, as UTF-8; bytes that are none become U+FFFD.
     *
     * <pre>{@code
     * context.textFile("logs/2026-*.txt", 8);
     * context.textFile("logs/{mail,web}/**, more.txt.gz", 8);
     * }</pre>
     *
     * <p>A small file is a partition. Large ones are cut into parts of the same size, at most {@code
     * capstan.files.maxPartitionBytes}. Files whose names end in {@code .gz} or {@code .zst} are decompressed, each by
     * one task.
     *
     * @param paths a file; a directory, of which all files are read but those whose names begin with a dot or an
     *     underscore; a pattern with {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}} and, for directories of any
     *     depth, {@code **}; or several of these with commas between them
     * @param minPartitions large files are cut into at least so many parts together
     */
    public Rdd<String> textFile(String paths, int minPartitions) {
        Checks.given(paths, "textFile", "a path");
        Checks.partitions(minPartitions, "textFile");
        return new Rdd<>(this, TextFile.of(origin("textFile"), paths, minPartitions, defaults.mostFileBytes()));
    }

    /**
     * The same as {@link #wholeTextFiles(String, int)} with the default number of partitions: {@code
     * context.wholeTextFiles("pages")}.
     */
    public PairRdd<String, String> wholeTextFiles(String paths) {
        return wholeTextFiles(paths, defaults.parallelism());
    }

    /**
     * Text files as pairs of their absolute path and their whole text, for many small ones; text is read as {@link
     * #textFile(String, int)} reads it, but with its line ends.
     *
     * <pre>{@code
     * context.wholeTextFiles("pages/*.html", 8).mapValues(String::length);
     * }</pre>
     *
     * @param paths as for {@link #textFile(String, int)}
     * @param minPartitions so many partitions at least, if there are as many files
     */
    public PairRdd<String, String> wholeTextFiles(String paths, int minPartitions) {
        Checks.given(paths, "wholeTextFiles", "a path");
        Checks.partitions(minPartitions, "wholeTextFiles");
        return new PairRdd<>(
                this, WholeTextFiles.of(origin("wholeTextFiles"), paths, minPartitions, defaults.mostFileBytes()));
    }

    /**
     * The same as {@link #binaryFiles(String, int)} with the default number of partitions: {@code
     * context.binaryFiles("images")}.
     */
    public PairRdd<String, BinaryFile> binaryFiles(String paths) {
        return binaryFiles(paths, defaults.parallelism());
    }

    /**
     * Files as pairs of their absolute path and a handle, which opens the file where and when it is asked for.
     *
     * <pre>{@code
     * context.binaryFiles("images", 8).mapValues(file -> Arrays.hashCode(file.bytes()));
     * }</pre>
     *
     * @param paths as for {@link #textFile(String, int)}; nothing is decompressed
     * @param minPartitions so many partitions at least, if there are as many files
     */
    public PairRdd<String, BinaryFile> binaryFiles(String paths, int minPartitions) {
        Checks.given(paths, "binaryFiles", "a path");
        Checks.partitions(minPartitions, "binaryFiles");
        return new PairRdd<>(
                this, BinaryFiles.of(origin("binaryFiles"), paths, minPartitions, defaults.mostFileBytes()));
    }

    /**
     * The records of binary files in which all records have the same length. A file that ends within a record is
     * refused at the call.
     *
     * <pre>{@code
     * context.binaryRecords("samples.bin", 8).map(bytes -> ByteBuffer.wrap(bytes).getDouble());
     * }</pre>
     *
     * @param paths as for {@link #textFile(String, int)}; nothing is decompressed
     * @param recordLength in bytes
     */
    public Rdd<byte[]> binaryRecords(String paths, int recordLength) {
        Checks.given(paths, "binaryRecords", "a path");
        if (recordLength < 1) {
            throw new IllegalArgumentException(
                    "binaryRecords: the record length must be at least 1 byte, not " + recordLength);
        }
        return new Rdd<>(
                this,
                FixedRecords.of(
                        origin("binaryRecords"),
                        paths,
                        recordLength,
                        defaults.parallelism(),
                        defaults.mostFileBytes()));
    }

    /**
     * The elements that {@link Rdd#saveAsObjectFile} wrote; each file is a partition. The type is the one that was
     * saved, which nothing checks before an element is used. Pairs become a dataset of pairs by {@code mapToPair(pair
     * -> pair)}.
     *
     * <pre>{@code
     * Rdd<Point> points = context.objectFile("points");
     * }</pre>
     *
     * @param paths as for {@link #textFile(String, int)}
     */
    public <T> Rdd<T> objectFile(String paths) {
        Checks.given(paths, "objectFile", "a path");
        return new Rdd<>(this, ObjectFiles.of(origin("objectFile"), paths));
    }

    /**
     * The numbers as a dataset with arithmetic; they are copied at once: {@code context.parallelizeDoubles(List.of(1.5,
     * 2.5)).mean()}.
     */
    public DoubleRdd parallelizeDoubles(Collection<Double> numbers) {
        return parallelizeDoubles(numbers, defaults.parallelism());
    }

    /**
     * The numbers as a dataset of so many partitions; they are copied at once: {@code
     * context.parallelizeDoubles(samples, 8)}.
     */
    public DoubleRdd parallelizeDoubles(Collection<Double> numbers, int partitions) {
        Checks.given(numbers, "parallelizeDoubles", "a collection");
        Checks.partitions(partitions, "parallelizeDoubles");
        return new DoubleRdd(this, LocalCollection.of(origin("parallelizeDoubles"), numbers, partitions, serializer()));
    }

    /** All elements of all these datasets: {@code context.union(monday, tuesday, wednesday)}. */
    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    public final <T> Rdd<T> union(Rdd<T> first, Rdd<T>... rest) {
        return new Rdd<>(this, united(first, Arrays.asList(rest)));
    }

    /**
     * All pairs of all these datasets: {@code context.union(mondayVisits, tuesdayVisits).reduceByKey(Integer::sum)}.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    public final <K, V> PairRdd<K, V> union(PairRdd<K, V> first, PairRdd<K, V>... rest) {
        return new PairRdd<>(this, united(first, Arrays.asList(rest)));
    }

    /** All numbers of all these datasets: {@code context.union(morning, evening).mean()}. */
    public DoubleRdd union(DoubleRdd first, DoubleRdd... rest) {
        return new DoubleRdd(this, united(first, Arrays.asList(rest)));
    }

    private <T> Lineage<T> united(Rdd<T> first, List<? extends Rdd<T>> rest) {
        List<Rdd<T>> all = new ArrayList<>(rest.size() + 1);
        all.add(first);
        all.addAll(rest);
        return united(all);
    }

    /**
     * All elements of all these datasets, one step in the lineage however many there are: {@code context.union(days)}.
     */
    public <T> Rdd<T> union(List<? extends Rdd<T>> datasets) {
        Checks.given(datasets, "union", "a list of datasets");
        return new Rdd<>(this, united(datasets));
    }

    private <T> Lineage<T> united(List<? extends Rdd<T>> datasets) {
        List<Lineage<T>> parents = new ArrayList<>(datasets.size());
        for (Rdd<T> dataset : datasets) {
            Checks.sameContext(this, dataset, "union");
            parents.add(dataset.lineage());
        }
        return UnionOf.of(origin("union"), parents);
    }

    /**
     * A dataset of the user's own making: {@code context.dataset("readTable", origin -> new TableRows(origin, table))}.
     *
     * @param node makes the node with the origin that it is given
     */
    public <T> Rdd<T> dataset(String operator, Function<Origin, ? extends Lineage<T>> node) {
        Checks.given(node, operator, "a function that makes the node");
        return new Rdd<>(this, node.apply(origin(operator)));
    }

    /**
     * Where {@link Rdd#checkpoint} writes to, in a directory of this context's own. Driver and executors must find it
     * under the same name; files in it stay when the context is closed: {@code
     * context.setCheckpointDir("/shared/checkpoints")}.
     *
     * @throws IllegalArgumentException when nothing can be made there, or it has no name
     */
    public void setCheckpointDir(String directory) {
        Checks.given(directory, "setCheckpointDir", "a directory");
        if (directory.isBlank()) { // it would be the working directory of whoever started the program
            throw new IllegalArgumentException(
                    "setCheckpointDir needs a directory, not an empty name; '.' is the working directory");
        }
        jobs.requireRunning();
        checkpoints.directory(directory);
    }

    /** The directory that {@link #setCheckpointDir} has made: {@code context.checkpointDir().orElseThrow()}. */
    public Optional<String> checkpointDir() {
        return Optional.ofNullable(checkpoints.directory()).map(Path::toString);
    }

    // ---- shared between driver and tasks

    /**
     * Gives the value to all tasks that use it: executors read it once, however many tasks ask.
     *
     * <pre>{@code
     * Broadcast<Map<String, Integer>> codes = context.broadcast(readCodes());
     * Rdd<Integer> coded = words.map(word -> codes.value().getOrDefault(word, -1));
     * }</pre>
     *
     * <p>Nobody may change the value afterwards. It must be serializable, also on local masters, although executors get
     * the object itself there unless {@code capstan.broadcast.shareInProcess} is off.
     *
     * @throws IllegalArgumentException when it is a dataset or a context
     * @throws SerializationException when it is not serializable; of a large value on a local master only the beginning
     *     is tried
     */
    public <T> Broadcast<T> broadcast(T value) {
        Checks.given(value, "broadcast", "a value");
        return jobs.runner().broadcasts().publish(value, CallSites.here().toString());
    }

    /**
     * A sum of whole numbers that tasks add to.
     *
     * <pre>{@code
     * LongAccumulator broken = context.longAccumulator("broken lines");
     * lines.foreach(line -> {
     *     if (line.isBlank()) {
     *         broken.add(1);
     *     }
     * });
     * System.out.println(broken.value());
     * }</pre>
     */
    public LongAccumulator longAccumulator(String name) {
        return accumulators("longAccumulator", name).ofLongs(name);
    }

    /** A sum of numbers that tasks add to: {@code context.doubleAccumulator("litres")}. */
    public DoubleAccumulator doubleAccumulator(String name) {
        return accumulators("doubleAccumulator", name).ofDoubles(name);
    }

    /** A list that tasks add elements to: {@code badLines.add(line)}; it must fit into the driver's memory. */
    public <T> Accumulator<T, List<T>> collectionAccumulator(String name) {
        return accumulators("collectionAccumulator", name).ofElements(name);
    }

    /**
     * An accumulator of the user's own kind: {@code context.accumulator("longest line", new Longest())}; {@link
     * Accumulation} shows one.
     *
     * @param accumulation must be able to travel to executors
     */
    public <T, S, R> Accumulator<T, R> accumulator(String name, Accumulation<T, S, R> accumulation) {
        function(accumulation, "accumulator");
        return accumulators("accumulator", name).of(name, accumulation);
    }

    private Accumulators accumulators(String operator, String name) {
        Checks.given(name, operator, "a name, which may be empty,");
        return jobs.runner().accumulators();
    }

    // ---- properties of jobs

    /**
     * Jobs that this thread submits from now on belong to the group, so that {@link #cancelJobGroup} ends them: {@code
     * context.setJobGroup("report", "the figures of May", false)}.
     */
    public void setJobGroup(String group, String description, boolean interruptOnCancel) {
        Checks.given(group, "setJobGroup", "a group");
        Checks.given(description, "setJobGroup", "a description, which may be empty,");
        jobs.settings().group(group, description, interruptOnCancel);
    }

    /** Jobs that this thread submits from now on belong to no group: {@code context.clearJobGroup()}. */
    public void clearJobGroup() {
        jobs.settings().group("", "", false);
    }

    /**
     * Whether cancelling interrupts the threads of running tasks, for jobs that this thread submits from now on. {@link
     * #setJobGroup} sets it as well.
     *
     * <pre>{@code
     * context.addTag("report");
     * context.setInterruptOnCancel(true); // its tasks wait for a service that may hang
     * }</pre>
     */
    public void setInterruptOnCancel(boolean interrupt) {
        jobs.settings().interruptOnCancel(interrupt);
    }

    /** Jobs that this thread submits from now on carry the tag: {@code context.addTag("report")}. */
    public void addTag(String tag) {
        checkTag(tag, "addTag");
        jobs.settings().addTag(tag);
    }

    /** Jobs that this thread submits from now on do not carry the tag: {@code context.removeTag("report")}. */
    public void removeTag(String tag) {
        checkTag(tag, "removeTag");
        jobs.settings().removeTag(tag);
    }

    /** Jobs that this thread submits from now on carry no tags: {@code context.clearTags()}. */
    public void clearTags() {
        jobs.settings().clearTags();
    }

    /** What jobs that this thread submits carry: {@code context.tags().contains("report")}. */
    public Set<String> tags() {
        return jobs.settings().tags();
    }

    private static void checkTag(String tag, String operator) {
        Checks.given(tag, operator, "a tag");
        if (tag.isBlank()) {
            throw new IllegalArgumentException("a tag must not be blank");
        }
    }

    /**
     * Jobs that this thread submits from now on run in the pool of the fair scheduler: {@code
     * context.setPool("queries")}.
     */
    public void setPool(String pool) {
        Checks.given(pool, "setPool", "a pool");
        jobs.settings().pool(pool);
    }

    /**
     * Runs the body and then takes back what it has set of this thread's job properties.
     *
     * <pre>{@code
     * long visits = context.withJobProperties(() -> {
     *     context.setPool("queries");
     *     return log.count();
     * });
     * }</pre>
     */
    public <T> T withJobProperties(Supplier<T> body) {
        Checks.given(body, "withJobProperties", "a body");
        return jobs.settings().within(body);
    }

    /**
     * Cancels all jobs of the group that run or wait; later ones are not affected: {@code
     * context.cancelJobGroup("report", "the user left")}.
     */
    public void cancelJobGroup(String group, String reason) {
        Checks.given(group, "cancelJobGroup", "a group");
        jobs.runner().cancel(job -> job.group().equals(group), reason);
    }

    /**
     * Cancels all jobs with the tag that run or wait; later ones are not affected: {@code
     * context.cancelJobsWithTag("report", "the user left")}.
     */
    public void cancelJobsWithTag(String tag, String reason) {
        Checks.given(tag, "cancelJobsWithTag", "a tag");
        jobs.runner().cancel(job -> job.tags().contains(tag), reason);
    }

    /** Cancels all jobs that run or wait: {@code context.cancelAllJobs("closing time")}. */
    public void cancelAllJobs(String reason) {
        jobs.runner().cancel(_ -> true, reason);
    }

    /**
     * Cancels the jobs that need this stage: {@code context.cancelStage(3, "takes too long")}. Its number stands in
     * progress lines and events.
     */
    public void cancelStage(int stage, String reason) {
        Checks.given(reason, "cancelStage", "a reason");
        jobs.runner().cancelStage(new StageId(stage), reason);
    }

    /**
     * Why what waits does not run: {@code System.out.println(context.explain())}. It tells what is wanted, what the
     * cluster has given, and what stands in the way.
     */
    public String explain() throws InterruptedException {
        return jobs.runner().explain();
    }

    /**
     * What runs and what is kept, at this moment: jobs, stages with their tasks, cached datasets with their sizes.
     *
     * <pre>{@code
     * long kept = context.status().storage(cached).map(StorageInfo::memoryBytes).orElse(0L);
     * }</pre>
     *
     * <p>Not for listeners: they are called by the thread that would have to answer.
     */
    public ContextStatus status() throws InterruptedException {
        return jobs.runner()
                .status()
                .map(ContextStatus::of)
                .orElseThrow(() -> new IllegalStateException("the driver does not answer; its log may say why"));
    }

    // ---- life

    /** Ends all jobs and lets the cluster's resources go. Datasets of this context cannot be used any more. */
    @Override
    public void close() {
        jobs.stop();
    }

    /** The same as {@link #close()}: {@code context.stop()}. */
    public void stop() {
        close();
    }

    /** Whether it was closed: {@code context.isStopped()}. Its datasets cannot be used any more then. */
    public boolean isStopped() {
        return jobs.isStopped();
    }

    /** How many partitions a dataset has where nothing else says so: {@code context.defaultParallelism()}. */
    public int defaultParallelism() {
        return defaults.parallelism();
    }

    @Override
    public String describe() {
        return "the context";
    }

    // ---- for the datasets

    Serializer serializer() {
        return defaults.serializer();
    }

    ClassLoader loader() {
        return defaults.loader();
    }

    /** A new node's origin; refuses once the context is stopped. */
    Origin origin(String operator) {
        jobs.requireRunning();
        return new Origin(new DatasetId(datasets.getAndIncrement()), operator, CallSites.here().toString());
    }

    ShuffleId newShuffle() {
        return new ShuffleId(shuffles.getAndIncrement());
    }

    /** The function if it may travel to executors. */
    <F> F function(F function, String operator) {
        Checks.given(function, operator, "a function");
        ClosureCheck.check(function, operator, () -> CallSites.here().toString());
        return function;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    Jobs jobs() {
        return jobs;
    }
}

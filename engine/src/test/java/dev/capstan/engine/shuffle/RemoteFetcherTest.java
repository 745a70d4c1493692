package dev.capstan.engine.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.protocol.wire.ExecutorForms;
import dev.capstan.engine.task.TaskKilledException;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.InMemoryTransport;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.RpcLimits;
import dev.capstan.kernel.rpc.Transport;
import dev.capstan.kernel.rpc.socket.Secret;
import dev.capstan.kernel.rpc.socket.SocketNode;
import dev.capstan.kernel.rpc.socket.SocketSettings;
import dev.capstan.kernel.rpc.socket.SocketTransport;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.testing.Await;
import dev.capstan.testing.OpenFiles;
import dev.capstan.testing.Recorder;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Executors with map outputs, and a task that reads them, over real sockets and in memory. */
@Tag("live")
class RemoteFetcherTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final long ON_DISK = 8 << 20;
    private static final long IN_MEMORY = 256 << 20;
    private static final int WINDOW = 64 << 10;
    private static final RpcLimits LIMITS =
            new RpcLimits(new ByteSize(1 << 20), 1_000, new ByteSize(8 << 20), 100, new ByteSize(WINDOW));

    @TempDir Path root;

    private final Secret secret = Secret.random();
    private final InMemoryTransport memory = new InMemoryTransport(LIMITS);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> contacts = new LinkedHashMap<>();
    private final SequencedMap<ExecutorId, Writer> writers = new LinkedHashMap<>();
    private final SequencedMap<ExecutorId, List<Integer>> outputs = new LinkedHashMap<>();
    private final Task task = new Task();
    private final Line line = new Line();
    private boolean sockets = true;
    private Duration patience = BOUND;
    private FetchSettings settings = new FetchSettings(2, Duration.ofMillis(5), new ByteSize(1 << 20));

    /** The task that reads. */
    private static final class Task implements ShuffleFetcher.Reader {
        private final Queue<Runnable> wakers = new ConcurrentLinkedQueue<>();
        private final Deque<Runnable> completions = new ArrayDeque<>();
        private volatile boolean killed;

        void kill() {
            killed = true;
            wakers.forEach(Runnable::run);
        }

        void end() {
            completions.forEach(Runnable::run);
        }

        @Override
        public void checkKilled() {
            if (killed) {
                throw new TaskKilledException("enough");
            }
        }

        @Override
        public void onKill(Runnable wakes) {
            wakers.add(wakes);
        }

        @Override
        public void onCompletion(Runnable completion) {
            completions.add(completion);
        }
    }

    /** The way from the reader to the writers, with faults. */
    private final class Line implements RemoteFetcher.Source {
        final List<ShuffleRequest> requests = new ArrayList<>();
        final AtomicInteger asks = new AtomicInteger();
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        int mostOpen;

        /** What becomes of the streams, one after another; the last counts for all that follow. */
        final Deque<UnaryOperator<InputStream>> faults = new ArrayDeque<>();

        private @Nullable Node node;

        @Override
        public long windowBytes() {
            return WINDOW;
        }

        @Override
        public void ask(ExecutorId from, Message request, Consumer<Answer> told) {
            asks.incrementAndGet();
            node().ask(from.name(), request, BOUND, told);
        }

        @Override
        public InputStream open(ExecutorId from, ShuffleRequest request) throws IOException {
            requests.add(request);
            InputStream stream = node().open(from.name(), request, patience);
            mostOpen = Math.max(mostOpen, open.incrementAndGet());
            UnaryOperator<InputStream> fault = faults.size() > 1 ? faults.poll() : faults.peek();
            return new FilterInputStream(fault == null ? stream : fault.apply(stream)) {
                private boolean left;

                @Override
                public void close() throws IOException {
                    if (!left) {
                        left = true;
                        closed.incrementAndGet();
                        open.decrementAndGet();
                    }
                    super.close();
                }
            };
        }

        private Node node() {
            if (node == null) {
                node =
                        join(
                                "reader",
                                new Receiver() {
                                    @Override
                                    public void receive(Address to, Message message) {
                                        throw new AssertionError("nobody sends " + message);
                                    }
                                });
            }
            return node;
        }
    }

    /** A line that breaks after so many bytes. */
    private static UnaryOperator<InputStream> breaksAfter(long bytes) {
        return stream ->
                new FilterInputStream(stream) {
                    private long left = bytes;

                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        if (left == 0) {
                            throw new RpcException(RpcException.Kind.UNREACHABLE, "the line is cut");
                        }
                        int count = super.read(into, offset, (int) Math.min(left, length));
                        left -= Math.max(count, 0);
                        return count;
                    }
                };
    }

    /** A line that changes one byte. */
    private static UnaryOperator<InputStream> flips(long position) {
        return stream ->
                new FilterInputStream(stream) {
                    private long read;

                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        int count = super.read(into, offset, length);
                        if (count > 0 && read <= position && position < read + count) {
                            into[offset + (int) (position - read)] ^= 4;
                        }
                        read += Math.max(count, 0);
                        return count;
                    }
                };
    }

    private Node join(String name, Receiver receiver) {
        Transport transport = memory;
        if (sockets) {
            var made =
                    new SocketTransport(
                            SocketSettings.loopback(secret).withLimits(LIMITS).withContacts(contacts),
                            ExecutorForms.ALL);
            opened.add(made);
            transport = made;
        }
        Node node = transport.join(new Hello(Hello.PROTOCOL, "app", "executor", name, 1, 0), receiver);
        opened.add(node);
        nodes.put(name, node);
        if (node instanceof SocketNode socket) {
            contacts.put(name, socket.address());
        }
        return node;
    }

    private Writer writer(String name, long memoryBytes, int... mapPartitions)
            throws IOException, InterruptedException {
        Path directory = Files.createDirectory(root.resolve(name));
        Writer writer = new Writer(name, directory, memoryBytes).computes(mapPartitions);
        writers.put(writer.id, writer);
        outputs.put(writer.id, IntStream.of(mapPartitions).boxed().toList());
        join(name, writer);
        return writer;
    }

    private List<ShuffleFetcher.Fetched> fetch() throws InterruptedException {
        return new RemoteFetcher(new ExecutorId("reader"), new InProcessFetcher(_ -> Optional.empty()), line, settings)
                .fetch(new ShuffleFetcher.Wanted(Writer.SHUFFLE, outputs, 0, Writer.SLICES), task).stream()
                        .sorted(Comparator.comparingInt(fetched -> fetched.block().mapPartition()))
                        .toList();
    }

    private static List<Integer> keys(Frames frames) throws IOException {
        List<Integer> keys = new ArrayList<>();
        while (frames.next()) {
            addKeys(frames, keys);
        }
        return keys;
    }

    private static void addKeys(Frames frames, List<Integer> keys) {
        var records =
                new CompactSerializer()
                        .reader(
                                new ByteInput(frames.bytes(), frames.offset(), frames.length()),
                                RemoteFetcherTest.class.getClassLoader());
        while (records.hasNext()) {
            keys.add((Integer) records.next());
            assertThat((byte[]) records.next()).hasSize(1_000);
        }
    }

    private static List<Integer> allKeys(Collection<ShuffleFetcher.Fetched> fetched) throws IOException {
        List<Integer> keys = new ArrayList<>();
        for (ShuffleFetcher.Fetched each : fetched) {
            try (Frames frames = each.block().open()) {
                keys.addAll(keys(frames));
            }
        }
        return keys;
    }

    private static List<Integer> expected(int mapPartition) {
        return IntStream.range(0, Writer.SLICES).boxed().flatMap(slice -> expected(mapPartition, slice)).toList();
    }

    private static Stream<Integer> expected(int mapPartition, int slice) {
        return IntStream.range(0, Writer.RECORDS)
                .filter(i -> i % Writer.SLICES == slice)
                .mapToObj(i -> mapPartition * Writer.RECORDS + i);
    }

    private static List<Integer> expectedOf(int... mapPartitions) {
        return IntStream.of(mapPartitions).boxed().flatMap(each -> expected(each).stream()).toList();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        task.end();
        assertThat(line.open).as("streams that the reader has open").hasValue(0);
        for (Writer writer : writers.values()) {
            assertThat(Await.until(() -> writer.streams.get() == 0, BOUND)).as("its streams have ended").isTrue();
        }
        assertThat(OpenFiles.below(root).stream().filter(file -> !file.endsWith("owner"))).isEmpty();
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        writers.values().forEach(Writer::close);
    }

    @ParameterizedTest
    @CsvSource({"true, 8", "true, 256", "false, 8", "false, 256"})
    void allPiecesComeInTheOrderOfTheMapPartitions(boolean overSockets, long megabytes)
            throws IOException, InterruptedException {
        sockets = overSockets;
        Writer a = writer("a", megabytes << 20, 0, 2, 3);
        writer("b", megabytes << 20, 1, 4);
        assertThat(a.dataFiles()).hasSize(megabytes == 8 ? 3 : 0);
        assertThat(allKeys(fetch())).isEqualTo(expectedOf(0, 1, 2, 3, 4));
        assertThat(line.requests).as("one stream for each").hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {ON_DISK, IN_MEMORY})
    void slicesComeOneAfterTheOther(long memoryBytes) throws IOException, InterruptedException {
        writer("a", memoryBytes, 0, 2);
        writer("b", memoryBytes, 1);
        List<ShuffleFetcher.Fetched> fetched = fetch();
        for (int slice = 0; slice < Writer.SLICES; slice++) {
            List<Integer> keys = new ArrayList<>();
            for (ShuffleFetcher.Fetched each : fetched) {
                try (Frames frames = each.block().openSlice(slice)) {
                    keys.addAll(keys(frames));
                }
            }
            int number = slice;
            assertThat(keys).isEqualTo(IntStream.range(0, 3).boxed().flatMap(each -> expected(each, number)).toList());
        }
        assertThat(line.requests).as("one stream for each slice of each").hasSize(2 * Writer.SLICES);
    }

    @ParameterizedTest
    @ValueSource(longs = {ON_DISK, IN_MEMORY})
    void aStreamThatBreaksIsTakenUpBehindTheLastWholeFrame(long memoryBytes) throws IOException, InterruptedException {
        writer("a", memoryBytes, 0, 1);
        for (int i = 1; i < 9; i++) {
            line.faults.add(breaksAfter(150_000 + 7_777 * i));
        }
        line.faults.add(UnaryOperator.identity());
        assertThat(allKeys(fetch())).as("each record once").isEqualTo(expectedOf(0, 1));
        assertThat(line.requests).hasSize(9);
        assertThat(line.requests.stream().map(ShuffleRequest::skippedFrames)).anyMatch(skipped -> skipped > 3);
    }

    @Test
    void aConnectionThatIsCutIsMadeAnew() throws IOException, InterruptedException {
        Writer a = writer("a", ON_DISK, 0, 1);
        try (var recorder = new Recorder(contacts.get("a"))) {
            contacts.put("a", recorder.address());
            List<Integer> keys = new ArrayList<>();
            List<ShuffleFetcher.Fetched> fetched = fetch();
            for (ShuffleFetcher.Fetched each : fetched) {
                try (Frames frames = each.block().open()) {
                    for (int i = 0; frames.next(); i++) {
                        addKeys(frames, keys);
                        if (i == 5 && each == fetched.getFirst()) {
                            recorder.cut();
                        }
                    }
                }
            }
            assertThat(keys).isEqualTo(expectedOf(0, 1));
            assertThat(line.requests.stream().map(ShuffleRequest::skippedFrames)).hasSize(2).element(1).isEqualTo(6);
            assertThat(a.dataFiles()).hasSize(2);
            nodes.get("reader").close();
        }
    }

    @ParameterizedTest
    @CsvSource({"8, true", "8, false", "256, true"})
    void whatIsBeingReadIsReadToItsEndThoughItIsReplacedOrForgotten(long megabytes, boolean replaced)
            throws IOException, InterruptedException {
        Writer a = writer("a", megabytes << 20, 0);
        try (Frames frames = fetch().getFirst().block().open()) {
            List<Integer> keys = new ArrayList<>();
            assertThat(frames.next()).isTrue();
            addKeys(frames, keys);
            if (replaced) {
                a.computes(0);
            } else {
                a.store.forget(Writer.SHUFFLE);
            }
            keys.addAll(keys(frames));
            assertThat(keys).isEqualTo(expected(0));
        }
    }

    @Test
    void aStreamIsNotTakenUpWithTheOutputOfAnotherAttempt() throws IOException, InterruptedException {
        Writer a = writer("a", ON_DISK, 0);
        line.faults.add(breaksAfter(300_000));
        line.faults.add(UnaryOperator.identity());
        try (Frames frames = fetch().getFirst().block().open()) {
            assertThat(frames.next()).isTrue();
            a.computes(0);
            assertThatThrownBy(() -> keys(frames))
                    .hasMessageContaining("output of map partition 0")
                    .hasMessageContaining("was replaced by that of another attempt");
        }
        line.faults.clear();
        line.faults.add(breaksAfter(3));
        line.faults.add(UnaryOperator.identity());
        try (Frames frames = fetch().getFirst().block().open()) {
            a.computes(0);
            assertThat(keys(frames)).as("nothing had been read of the first").isEqualTo(expected(0));
        }
    }

    @Test
    void aMissingOutputIsToldAtOnce() throws IOException, InterruptedException {
        settings = new FetchSettings(1, NEVER, new ByteSize(1 << 20));
        Writer a = writer("a", ON_DISK, 0, 1);
        List<ShuffleFetcher.Fetched> fetched = fetch();
        a.store.lose(Writer.SHUFFLE, 1);
        assertThatThrownBy(() -> allKeys(fetched)).hasMessageContaining("a: the map output is not there");
        assertThatThrownBy(this::fetch)
                .isInstanceOfSatisfying(
                        FetchFailedException.class,
                        e -> {
                            assertThat(e.mapPartition()).isEqualTo(1);
                            assertThat(e.from()).isEqualTo(a.id);
                        })
                .hasMessageContaining("executor a does not have the map output");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExecutorThatIsGoneIsTriedAgainAndThenGivenUp(boolean overSockets) throws IOException, InterruptedException {
        sockets = overSockets;
        writer("a", ON_DISK, 0);
        outputs.put(new ExecutorId("b"), List.of(1));
        contacts.put("b", new InetSocketAddress("127.0.0.1", 1));
        assertThatThrownBy(this::fetch)
                .isInstanceOfSatisfying(
                        FetchFailedException.class, e -> assertThat(e.from()).isEqualTo(new ExecutorId("b")))
                .hasMessageContaining("it was tried 3 times");
        assertThat(line.asks).as("a once, b three times").hasValue(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExecutorThatIsLostWhileItSendsIsTriedAgainAndThenGivenUp(boolean overSockets)
            throws IOException, InterruptedException {
        sockets = overSockets;
        Writer a = writer("a", ON_DISK, 0);
        try (Frames frames = fetch().getFirst().block().open()) {
            assertThat(frames.next()).isTrue();
            nodes.get("a").close();
            assertThatThrownBy(() -> keys(frames)).isInstanceOf(IOException.class);
        }
        assertThat(Await.until(() -> a.streams.get() == 0, BOUND)).as("it sends no more").isTrue();
    }

    @Test
    void aKilledTaskDoesNotWaitForTheNextTry() throws InterruptedException, IOException {
        settings = new FetchSettings(5, NEVER, new ByteSize(1 << 20));
        writer("a", ON_DISK, 0);
        line.faults.add(breaksAfter(300_000));
        endsSoonWhenKilled(() -> allKeys(fetch()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKilledTaskDoesNotWaitForAWriterThatIsStuck(boolean overSockets) throws IOException, InterruptedException {
        sockets = overSockets;
        patience = NEVER;
        var never = new CountDownLatch(1);
        Writer a = writer("a", ON_DISK, 0);
        a.stuckBefore = never;
        endsSoonWhenKilled(() -> allKeys(fetch()));
        never.countDown();
    }

    /** A body of a task. */
    private interface Body {
        void run() throws IOException, InterruptedException;
    }

    private void endsSoonWhenKilled(Body body) throws InterruptedException {
        var end = new CompletableFuture<Throwable>();
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                body.run();
                                end.complete(new AssertionError("it was not stopped"));
                            } catch (IOException | InterruptedException | RuntimeException e) {
                                end.complete(e);
                            }
                        });
        assertThat(Await.until(() -> line.open.get() + line.closed.get() > 0 && waits(thread.getState()), BOUND))
                .isTrue();
        task.kill();
        assertThat(end).succeedsWithin(BOUND).isInstanceOf(TaskKilledException.class);
        thread.join();
    }

    private static boolean waits(Thread.State state) {
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    @Test
    void damageOnTheDiskOfTheWriterIsToldWithFileAndHostAndNotTriedAgain() throws IOException, InterruptedException {
        settings = new FetchSettings(1, NEVER, new ByteSize(1 << 20));
        Writer a = writer("a", ON_DISK, 0);
        Path file = a.dataFiles().getFirst();
        flipOnDisk(file, 400_000);
        assertThatThrownBy(() -> allKeys(fetch()))
                .hasMessageContaining("output of map partition 0 of shuffle-1 from a, frame 3")
                .hasMessageContaining("it is damaged on the disk of a")
                .hasMessageContaining(file.toString())
                .hasMessageContaining("on host host-of-a");
    }

    private static void flipOnDisk(Path file, long position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) position] ^= 4;
        Files.write(file, bytes);
    }

    /** The positions: the output's number, the length of a frame, and its bytes. */
    @ParameterizedTest
    @ValueSource(longs = {8, 9, 13, 16, 200, 300_000})
    void whatIsDamagedOnTheWayIsReadAgain(long position) throws IOException, InterruptedException {
        writer("a", ON_DISK, 0);
        line.faults.add(flips(position));
        line.faults.add(UnaryOperator.identity());
        assertThat(allKeys(fetch())).isEqualTo(expected(0));
        assertThat(line.requests).hasSize(2);
        assertThat(line.asks).as("sizes, and a check of the frame").hasValue(2);
    }

    @Test
    void whatIsAlwaysDamagedOnTheWayIsBlamedOnTheWay() throws IOException, InterruptedException {
        writer("a", ON_DISK, 0);
        line.faults.add(flips(200));
        assertThatThrownBy(() -> allKeys(fetch()))
                .hasMessageContaining("the copy of a is intact")
                .hasMessageContaining("so it was damaged on the way here")
                .hasMessageContaining("tried 3 times");
    }

    @Test
    void aFileThatWasCutShortIsToldAtOnce() throws IOException, InterruptedException {
        settings = new FetchSettings(1, NEVER, new ByteSize(1 << 20));
        Writer a = writer("a", ON_DISK, 0);
        try (FileChannel file = FileChannel.open(a.dataFiles().getFirst(), StandardOpenOption.WRITE)) {
            file.truncate(1_000_000);
        }
        assertThatThrownBy(() -> allKeys(fetch()))
                .hasMessageContaining("the map output cannot be read on host host-of-a")
                .hasMessageContaining("the file ends at byte 1000000");
    }

    @Test
    void aFileThatWasDeletedIsToldAtOnce() throws IOException, InterruptedException {
        settings = new FetchSettings(1, NEVER, new ByteSize(1 << 20));
        Writer a = writer("a", ON_DISK, 0);
        List<ShuffleFetcher.Fetched> fetched = fetch();
        Path file = a.dataFiles().getFirst();
        Files.delete(file);
        assertThatThrownBy(() -> allKeys(fetched))
                .hasMessageContaining("the map output cannot be read on host host-of-a")
                .hasMessageContaining(file.toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatIsSlowerThanTheWritersPatienceGetsEverything(boolean overSockets)
            throws IOException, InterruptedException {
        sockets = overSockets;
        patience = Duration.ofMillis(200);
        Writer a = writer("a", ON_DISK, 0);
        List<Integer> keys = new ArrayList<>();
        try (Frames frames = fetch().getFirst().block().open()) {
            for (int i = 0; frames.next(); i++) {
                addKeys(frames, keys);
                if (i == 3) {
                    assertThat(Await.until(() -> a.streams.get() == 0, BOUND)).as("the writer gave up").isTrue();
                }
            }
        }
        assertThat(keys).isEqualTo(expected(0));
        assertThat(line.requests).hasSize(2);
    }

    @Test
    void whatIsNeededNextIsBegunAheadAsFarAsItMayWait() throws IOException, InterruptedException {
        settings = new FetchSettings(2, Duration.ofMillis(5), new ByteSize(3 * WINDOW));
        for (int i = 0; i < 6; i++) {
            writer("w" + i, ON_DISK, i, i + 6);
        }
        List<ShuffleFetcher.Fetched> fetched = fetch();
        try (Frames frames = fetched.getFirst().block().open()) {
            assertThat(frames.next()).isTrue();
            assertThat(line.requests.stream().map(request -> request.mapPartitions().getFirst()))
                    .containsExactly(0, 1, 2);
        }
        assertThat(allKeys(fetched)).isEqualTo(expectedOf(IntStream.range(0, 12).toArray()));
        assertThat(line.mostOpen).as("three, and the one that is read").isLessThanOrEqualTo(4);
    }

    @Test
    void allAreBegunAtOnceWhereThereIsRoom() throws IOException, InterruptedException {
        for (int i = 0; i < 6; i++) {
            writer("w" + i, ON_DISK, i, i + 6);
        }
        List<ShuffleFetcher.Fetched> fetched = fetch();
        try (Frames frames = fetched.getFirst().block().open()) {
            assertThat(frames.next()).isTrue();
            assertThat(line.requests).hasSize(6);
        }
        assertThat(allKeys(fetched)).isEqualTo(expectedOf(IntStream.range(0, 12).toArray()));
    }

    @Test
    void aBlockThatIsNotReadToItsEndLeavesNothingOpen() throws IOException, InterruptedException {
        writer("a", ON_DISK, 0, 1);
        List<ShuffleFetcher.Fetched> fetched = fetch();
        try (Frames frames = fetched.getFirst().block().open()) {
            assertThat(frames.next()).isTrue();
        }
        assertThat(line.open).hasValue(0);
        assertThat(allKeys(fetched)).isEqualTo(expectedOf(0, 1));
    }
}

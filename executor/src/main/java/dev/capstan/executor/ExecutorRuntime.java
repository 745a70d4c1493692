package dev.capstan.executor;

import dev.capstan.engine.broadcast.ExecutorBroadcasts;
import dev.capstan.engine.broadcast.PieceOffer;
import dev.capstan.engine.broadcast.PieceRequest;
import dev.capstan.engine.broadcast.PieceSource;
import dev.capstan.engine.broadcast.SharedValues;
import dev.capstan.engine.disk.FrameStream;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.execution.InstalledStage;
import dev.capstan.engine.execution.TaskRunner;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.protocol.BlockRequest;
import dev.capstan.engine.protocol.ExecutorOrder.InstallStage;
import dev.capstan.engine.protocol.HoldersRequest;
import dev.capstan.engine.protocol.wire.Holders;
import dev.capstan.engine.protocol.wire.PieceOffers;
import dev.capstan.engine.shuffle.FrameCheck;
import dev.capstan.engine.shuffle.InProcessFetcher;
import dev.capstan.engine.shuffle.LocalShuffleStore;
import dev.capstan.engine.shuffle.RemoteFetcher;
import dev.capstan.engine.shuffle.ShuffleRequest;
import dev.capstan.engine.shuffle.ShuffleServing;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.Elsewhere;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.engine.task.BarrierCall;
import dev.capstan.engine.task.TaskEnvironment;
import dev.capstan.executor.logic.Executor;
import dev.capstan.executor.logic.ExecutorOperation;
import dev.capstan.executor.logic.ExecutorSignal;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Journal;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.StreamSink;
import dev.capstan.kernel.rpc.Transport;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A running executor: its actor on a loop, its node on the transport, its stores and its task threads. The composition
 * root of an executor, within a driver or as a process of its own.
 */
public final class ExecutorRuntime implements AutoCloseable {
    private static final String ACTOR = "executor";

    /** A thread without work ends after it; a new one costs no more than 0.1 ms. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final Duration BARRIER_PAUSE = Duration.ofSeconds(1);

    /**
     * A reader may be busy for longer with what it has read, sorting or writing it: it then goes on with another stream
     * where this one has ended. A writer that does not move for so long has a disk that hangs.
     */
    private static final Duration STREAM_PATIENCE = Duration.ofMinutes(2);

    private static final Duration PIECE_DEADLINE = Duration.ofMinutes(2);

    /** A driver that does not answer is busy, and the partition may as well be computed. */
    private static final Duration HOLDERS_DEADLINE = Duration.ofSeconds(10);

    /** How long a piece of a broadcast value that is on its way to here is waited for; whoever asks waits longer. */
    private static final Duration PIECE_PATIENCE = Duration.ofSeconds(20);

    private static final Duration PEER_DEADLINE = Duration.ofSeconds(30);

    private final ExecutorSpec spec;
    private final ActorLoop loop;
    private final Address address;
    private final Node node;
    private final LocalDirectories directories;
    private final BlockStore blocks;
    private final LocalShuffleStore shuffles;
    private final ShuffleServing serving;
    private final ExecutorBroadcasts broadcasts;
    private final CopyTaker copies;
    private final TaskPool pool;
    private final TaskRunner runner;
    private final Consumer<String> onEnd;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ExecutorRuntime(
            ExecutorSpec spec,
            boolean alone,
            SharedValues shared,
            Transport transport,
            ActorLoop loop,
            Consumer<String> onEnd) {
        this.spec = spec;
        this.loop = loop;
        this.onEnd = onEnd;
        this.address = new Address(spec.id().name(), ACTOR);
        this.directories = new LocalDirectories(spec.stores().localDirectories());
        var others = new Others();
        MemoryBudget memory =
                MemoryBudget.ofHeap(
                        Runtime.getRuntime().maxMemory(),
                        spec.stores().memoryFraction(),
                        spec.stores().storageFraction());
        this.blocks =
                new LocalBlockStore(
                        spec.serialization().data(),
                        spec.loader(),
                        memory,
                        new MemoryBudget(spec.stores().offHeap().bytes(), 1),
                        directories,
                        spec.stores().shuffleCodec(),
                        new BlockNews(),
                        alone ? Elsewhere.NOWHERE : others);
        this.copies = new CopyTaker(spec.id().name());
        this.shuffles =
                new LocalShuffleStore(spec.serialization().data(), memory, directories, spec.stores().shuffleCodec());
        this.serving = new ShuffleServing(shuffles, spec.host());
        this.broadcasts = new ExecutorBroadcasts(blocks, spec.serialization().data(), spec.loader(), shared, others);
        this.runner =
                new TaskRunner(
                        new TaskEnvironment(
                                spec.serialization().data(),
                                spec.loader(),
                                memory,
                                blocks,
                                shuffles,
                                new RemoteFetcher(
                                        spec.id(),
                                        new InProcessFetcher(
                                                id -> id.equals(spec.id()) ? Optional.of(shuffles) : Optional.empty()),
                                        new OtherExecutors(),
                                        spec.stores().fetch()),
                                spec.pipelines(),
                                new Spills(
                                        spec.serialization().data(),
                                        spec.loader(),
                                        directories,
                                        spec.stores().shuffleCodec()),
                                broadcasts,
                                this::passBarrier,
                                spec.inlineResultBytes(),
                                System::nanoTime));
        this.pool =
                new TaskPool(
                        spec.id().name() + "-task",
                        spec.resources(),
                        spec.taskStackBytes(),
                        IDLE,
                        System::nanoTime,
                        this::install);
        this.node =
                transport.join(
                        new Hello(
                                Hello.PROTOCOL,
                                spec.application(),
                                "executor",
                                spec.id().name(),
                                spec.epoch().number(),
                                0),
                        new Served());
    }

    /**
     * Starts an executor, which registers with its driver by itself.
     *
     * @param loop that hosts its actor
     * @param onEnd told why, when the driver ends the executor
     */
    public static ExecutorRuntime start(
            ExecutorSpec spec, Transport transport, ActorLoop loop, Consumer<String> onEnd) {
        return start(spec, false, SharedValues.NONE, transport, loop, onEnd);
    }

    /**
     * Starts the executor of a driver that has it in its own process, and has no other.
     *
     * @param shared the driver's broadcast values, as far as they are to be taken as they are
     * @param loop that hosts its actor; it may be the driver's own
     * @param onEnd told why, when the driver ends the executor
     */
    public static ExecutorRuntime start(
            ExecutorSpec spec, SharedValues shared, Transport transport, ActorLoop loop, Consumer<String> onEnd) {
        return start(spec, true, shared, transport, loop, onEnd);
    }

    private static ExecutorRuntime start(
            ExecutorSpec spec,
            boolean alone,
            SharedValues shared,
            Transport transport,
            ActorLoop loop,
            Consumer<String> onEnd) {
        var runtime = new ExecutorRuntime(spec, alone, shared, transport, loop, onEnd);
        var actor =
                new Executor(
                        spec.id(),
                        spec.lease(),
                        spec.host(),
                        spec.resources(),
                        runtime.address,
                        spec.driver(),
                        spec.config());
        Thread.ofVirtual().name(spec.id().name() + "-sweep").start(runtime.directories::sweep);
        loop.host(runtime.address, actor, runtime.new PoolAndStores(), Journal.NONE, runtime.node);
        loop.tellNow(runtime.address, new ExecutorSignal.Start());
        return runtime;
    }

    private List<byte[]> passBarrier(BarrierCall call) {
        return new BarrierCaller(node, spec.driver().node(), spec.barrierTimeout(), BARRIER_PAUSE).pass(call);
    }

    private StageRunner install(InstallStage install) {
        var stage =
                new InstalledStage(
                        install.stage(),
                        install.code(),
                        install.inputs(),
                        install.perTask(),
                        spec.serialization().functions(),
                        spec.loader());
        return new RunsAttempts(runner, stage);
    }

    /** Ends the threads and leaves the transport; what runs is interrupted. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            pool.close();
            copies.close();
            loop.dismiss(address);
            node.close();
            directories.close();
        }
    }

    private final class PoolAndStores implements Operations {
        @Override
        public void perform(Operation operation, Consumer<Message> reply) {
            switch ((ExecutorOperation) operation) {
                case ExecutorOperation.Install(var stage) -> pool.install(stage);
                case ExecutorOperation.Enqueue(var stage, var tasks) -> pool.enqueue(stage, tasks, reply);
                case ExecutorOperation.Kill(var tasks, var interrupt, var reason) ->
                        pool.kill(tasks, interrupt, reason, reply);
                case ExecutorOperation.Abandon(var task) -> pool.abandon(task, reply);
                case ExecutorOperation.TakeBack(var stage, var most) -> pool.takeBack(stage, most, reply);
                case ExecutorOperation.TakeBackAll() -> pool.takeBackAll(reply);
                case ExecutorOperation.Look() -> pool.look(reply);
                case ExecutorOperation.DropStage(var stage) -> pool.dropStage(stage);
                case ExecutorOperation.DropShuffle(var shuffle) -> shuffles.forget(shuffle);
                case ExecutorOperation.DropDataset(var dataset) -> blocks.dropDataset(dataset);
                case ExecutorOperation.DropBroadcast(var broadcast) -> broadcasts.forget(broadcast);
                case ExecutorOperation.DropBlock(var block) -> blocks.drop(block);
                case ExecutorOperation.Copy(var block, var level, var from) ->
                        copies.take(block, blocks.copying(block, level, from), reply);
                case ExecutorOperation.Stop(var reason) -> {
                    close();
                    onEnd.accept(reason);
                }
            }
        }
    }

    private final class Served implements Receiver {
        @Override
        public void receive(Address to, Message message) {
            loop.tellNow(to, message);
        }

        @Override
        public boolean isBusy() {
            return loop.isFull();
        }

        @Override
        public byte[] serve(Message request) throws IOException {
            if (request instanceof BlockRequest(BlockId.BroadcastPiece piece)) {
                return broadcasts.piece(piece, PIECE_PATIENCE);
            }
            if (request instanceof BlockRequest(var block)) {
                return blocks.getBytes(block).orElseThrow(() -> new IOException(spec.id() + " does not hold " + block));
            }
            if (request instanceof ShuffleRequest pieces) {
                return serving.sizes(pieces);
            }
            if (request instanceof FrameCheck frame) {
                return serving.check(frame);
            }
            throw new IOException(spec.id() + " does not serve " + request.trace());
        }

        @Override
        public void stream(Message request, StreamSink to) throws IOException {
            if (request instanceof ShuffleRequest pieces) {
                serving.write(pieces, to);
            } else if (request instanceof BlockRequest(BlockId.CachedPartition block)) {
                send(block, to);
            } else {
                Receiver.super.stream(request, to);
            }
        }

        private void send(BlockId.CachedPartition block, StreamSink to) throws IOException {
            try (StoredFrames frames =
                    blocks.openStored(block)
                            .orElseThrow(() -> new IOException(spec.id() + " does not hold " + block))) {
                FrameStream.write(frames, to);
            }
        }

        @Override
        public void peerLost(String peer, String reason) {
            if (peer.equals(spec.driver().node())) {
                loop.tellNow(address, new ExecutorSignal.DriverLost(reason));
            }
        }
    }

    private final class OtherExecutors implements RemoteFetcher.Source {
        @Override
        public long windowBytes() {
            return node.limits().streamWindow().bytes();
        }

        @Override
        public void ask(ExecutorId from, Message request, Consumer<Answer> told) {
            node.ask(from.name(), request, PIECE_DEADLINE, told);
        }

        @Override
        public InputStream open(ExecutorId from, ShuffleRequest request) throws IOException {
            return node.open(from.name(), request, STREAM_PATIENCE);
        }
    }

    /** The way to the driver, and to what other executors keep. */
    private final class Others implements Elsewhere, PieceSource {
        @Override
        public List<ExecutorId> holders(BlockId.CachedPartition block) throws IOException {
            byte[] names = node.request(spec.driver().node(), new HoldersRequest(block), HOLDERS_DEADLINE);
            return Holders.fromBytes(names).stream().filter(holder -> !holder.equals(spec.id())).toList();
        }

        @Override
        public InputStream open(ExecutorId holder, BlockId.CachedPartition block) throws IOException {
            return node.open(holder.name(), new BlockRequest(block), STREAM_PATIENCE);
        }

        @Override
        public PieceOffer next(BroadcastId broadcast, List<Integer> held, List<ExecutorId> failed) throws IOException {
            var request = new PieceRequest(broadcast, spec.id(), held, failed);
            return PieceOffers.fromBytes(node.request(spec.driver().node(), request, PIECE_DEADLINE));
        }

        @Override
        public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) throws IOException {
            return node.request(holder.name(), new BlockRequest(piece), PEER_DEADLINE);
        }
    }

    private final class BlockNews implements BlockStore.Listener {
        @Override
        public void kept(KeptBlock block) {
            loop.tellNow(address, new ExecutorSignal.BlocksChanged(List.of(block), List.of()));
        }

        @Override
        public void removed(BlockId block) {
            loop.tellNow(address, new ExecutorSignal.BlocksChanged(List.of(), List.of(block)));
        }
    }
}

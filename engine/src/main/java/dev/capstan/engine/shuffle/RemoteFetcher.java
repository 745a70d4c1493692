package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.RpcException;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Reads from executors in other processes. All of them are asked at once how large the pieces are; then the pieces of
 * each come in one stream, in the order in which they are read. What waits here is never more than the windows of the
 * streams, however large the pieces are.
 */
public final class RemoteFetcher implements ShuffleFetcher {
    private final ExecutorId self;
    private final ShuffleFetcher own;
    private final Source source;
    private final FetchSettings settings;

    /** The way to other executors. */
    public interface Source {
        /** How much of a stream may wait for its reader. */
        long windowBytes();

        /** Asks and goes on. */
        void ask(ExecutorId from, Message request, Consumer<Answer> told);

        InputStream open(ExecutorId from, ShuffleRequest request) throws IOException;
    }

    /**
     * @param self whose outputs are read by the short way
     * @param own that short way
     */
    public RemoteFetcher(ExecutorId self, ShuffleFetcher own, Source source, FetchSettings settings) {
        this.self = self;
        this.own = own;
        this.source = source;
        this.settings = settings;
    }

    @Override
    public List<Fetched> fetch(Wanted wanted, Reader reader) throws InterruptedException {
        SequencedMap<ExecutorId, List<Integer>> others = new LinkedHashMap<>(wanted.mapPartitions());
        List<Integer> ours = others.remove(self);
        if (others.isEmpty()) {
            return own.fetch(wanted, reader);
        }
        List<Fetched> blocks = new ArrayList<>();
        if (ours != null) {
            SequencedMap<ExecutorId, List<Integer>> mine = new LinkedHashMap<>(Map.of(self, ours));
            blocks.addAll(
                    own.fetch(new Wanted(wanted.shuffle(), mine, wanted.firstSlice(), wanted.endSlice()), reader));
        }
        var read = new RemoteRead(source, settings, wanted, reader);
        sizes(wanted, others, read)
                .forEach((from, sizes) -> blocks.addAll(blocks(from, others.get(from), sizes, wanted, read)));
        return blocks;
    }

    /** Of all executors; those that do not answer are asked again. */
    private Map<ExecutorId, long[]> sizes(
            Wanted wanted, SequencedMap<ExecutorId, List<Integer>> others, RemoteRead read)
            throws InterruptedException {
        SequencedMap<ExecutorId, long[]> sizes = new LinkedHashMap<>();
        SequencedMap<ExecutorId, List<Integer>> open = new LinkedHashMap<>(others);
        for (int failures = 1; !open.isEmpty(); failures++) {
            SequencedMap<ExecutorId, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
            open.forEach((from, mapPartitions) ->
                    asked.put(
                            from,
                            read.ask(
                                    from,
                                    new ShuffleRequest(
                                            wanted.shuffle(),
                                            mapPartitions,
                                            wanted.firstSlice(),
                                            wanted.endSlice(),
                                            0))));
            for (ExecutorId from : asked.sequencedKeySet()) {
                try {
                    sizes.put(from, sizesIn(read.await(asked.get(from))));
                    open.remove(from);
                } catch (InterruptedIOException e) {
                    throw read.interrupted(e);
                } catch (IOException e) {
                    giveUpOrGoOn(e, failures, from, open.get(from).getFirst(), wanted);
                }
            }
            if (!open.isEmpty()) {
                read.pause(failures);
            }
        }
        return sizes;
    }

    private static long[] sizesIn(Answer answer) throws IOException {
        return switch (answer) {
            case Answer.Bytes(var bytes) -> ShuffleAnswers.fromBytes(bytes);
            case Answer.Failure(RpcException cause) -> throw cause;
        };
    }

    private void giveUpOrGoOn(IOException e, int failures, ExecutorId from, int mapPartition, Wanted wanted) {
        boolean answered = e instanceof RpcException cause && cause.kind() == RpcException.Kind.FAILED;
        if (answered || !RemoteRead.mayPass(e) || failures > settings.retries()) {
            throw new FetchFailedException(wanted.shuffle(), mapPartition, from, RemoteRead.words(e, failures));
        }
    }

    private static List<Fetched> blocks(
            ExecutorId from, List<Integer> mapPartitions, long[] sizes, Wanted wanted, RemoteRead read) {
        List<Integer> present = new ArrayList<>();
        List<Long> sizesOfPresent = new ArrayList<>();
        for (int i = 0; i < mapPartitions.size(); i++) {
            if (i >= sizes.length || sizes[i] == ShuffleAnswers.MISSING) {
                throw InProcessFetcher.missing(from, wanted.shuffle(), mapPartitions.get(i));
            }
            if (sizes[i] > 0) {
                present.add(mapPartitions.get(i));
                sizesOfPresent.add(sizes[i]);
            }
        }
        RemotePieces pieces = read.from(from, present, sizesOfPresent);
        List<Fetched> blocks = new ArrayList<>();
        for (int i = 0; i < mapPartitions.size(); i++) {
            blocks.add(
                    new Fetched(
                            from,
                            sizes[i] == 0
                                    ? ShuffleBlock.empty(mapPartitions.get(i))
                                    : new Block(pieces, mapPartitions.get(i), sizes[i])));
        }
        return blocks;
    }

    private record Block(RemotePieces pieces, int mapPartition, long size) implements ShuffleBlock {
        @Override
        public Frames open() {
            return pieces.open(mapPartition, RemotePieces.ALL_SLICES);
        }

        @Override
        public Frames openSlice(int slice) {
            return pieces.open(mapPartition, slice);
        }
    }
}

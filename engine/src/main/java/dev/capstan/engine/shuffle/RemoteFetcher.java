package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.protocol.ShuffleRequest;
import dev.capstan.engine.protocol.wire.ShuffleAnswers;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads from executors in other processes. Of each it asks once how large the pieces are, and then for all of them in
 * one stream, in the order in which they are read: what waits here is never more than the window of a stream, however
 * large they are.
 */
public final class RemoteFetcher implements ShuffleFetcher {
    private final ShuffleFetcher own;
    private final ExecutorId self;
    private final Source source;

    /** The way to other executors. */
    public interface Source {
        byte[] request(ExecutorId from, ShuffleRequest request) throws IOException;

        InputStream open(ExecutorId from, ShuffleRequest request) throws IOException;
    }

    /**
     * @param self whose outputs are read by the short way
     * @param own that short way
     */
    public RemoteFetcher(ExecutorId self, ShuffleFetcher own, Source source) {
        this.self = self;
        this.own = own;
        this.source = source;
    }

    @Override
    public List<ShuffleBlock> fetch(
            ExecutorId from,
            ShuffleId shuffle,
            int[] mapPartitions,
            int firstSlice,
            int endSlice,
            Consumer<Runnable> atEnd)
            throws InterruptedException {
        if (from.equals(self)) {
            return own.fetch(from, shuffle, mapPartitions, firstSlice, endSlice, atEnd);
        }
        List<Integer> all = Arrays.stream(mapPartitions).boxed().toList();
        long[] sizes;
        try {
            sizes =
                    ShuffleAnswers.fromBytes(
                            source.request(from, new ShuffleRequest(shuffle, all, firstSlice, endSlice)));
        } catch (IOException e) {
            throw new FetchFailedException(shuffle, mapPartitions[0], from, String.valueOf(e.getMessage()));
        }
        List<Integer> present = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == ShuffleAnswers.MISSING) {
                throw new FetchFailedException(
                        shuffle, mapPartitions[i], from, "executor " + from + " does not have the map output");
            }
            if (sizes[i] > 0) {
                present.add(mapPartitions[i]);
            }
        }
        var pieces = new RemotePieces(source, from, shuffle, present, firstSlice, endSlice);
        atEnd.accept(pieces::close);
        List<ShuffleBlock> blocks = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            blocks.add(
                    sizes[i] == 0
                            ? ShuffleBlock.empty(mapPartitions[i])
                            : new Block(pieces, mapPartitions[i], sizes[i]));
        }
        return blocks;
    }

    private record Block(RemotePieces pieces, int mapPartition, long size) implements ShuffleBlock {
        @Override
        public Frames open() throws IOException {
            return pieces.open(mapPartition, RemotePieces.ALL_SLICES);
        }

        @Override
        public Frames openSlice(int slice) throws IOException {
            return pieces.open(mapPartition, slice);
        }

        @Override
        public StoredFrames openStored() {
            throw new UnsupportedOperationException("what was fetched is not sent on");
        }
    }
}

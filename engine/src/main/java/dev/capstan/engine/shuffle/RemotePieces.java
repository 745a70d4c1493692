package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.DamagedFrameException;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.protocol.ShuffleRequest;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;

/**
 * The pieces of one executor's map outputs that one task reads. They come in one stream as long as they are opened in
 * their order, each when the one before has been read; whoever skips some begins a stream of its own from there on. For
 * one thread, that of the task.
 */
final class RemotePieces implements AutoCloseable {
    static final int ALL_SLICES = -1;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Codec[] CODECS = Codec.values();

    private final RemoteFetcher.Source source;
    private final ExecutorId from;
    private final ShuffleId shuffle;
    private final List<Integer> mapPartitions;
    private final int firstSlice;
    private final int endSlice;
    private @Nullable DataInputStream stream;
    private int streamedSlice;

    /** Index of the piece that comes next in the stream. */
    private int next;

    RemotePieces(
            RemoteFetcher.Source source,
            ExecutorId from,
            ShuffleId shuffle,
            List<Integer> mapPartitions,
            int firstSlice,
            int endSlice) {
        this.source = source;
        this.from = from;
        this.shuffle = shuffle;
        this.mapPartitions = mapPartitions;
        this.firstSlice = firstSlice;
        this.endSlice = endSlice;
    }

    /**
     * @param slice of the piece, from 0, or {@link #ALL_SLICES}
     */
    Frames open(int mapPartition, int slice) throws IOException {
        boolean inOrder = next < mapPartitions.size() && mapPartitions.get(next) == mapPartition;
        int index = inOrder ? next : mapPartitions.indexOf(mapPartition);
        if (stream == null || next != index || streamedSlice != slice) {
            close();
            int first = slice == ALL_SLICES ? firstSlice : firstSlice + slice;
            int end = slice == ALL_SLICES ? endSlice : first + 1;
            stream =
                    new DataInputStream(
                            new BufferedInputStream(
                                    source.open(
                                            from,
                                            new ShuffleRequest(
                                                    shuffle,
                                                    mapPartitions.subList(index, mapPartitions.size()),
                                                    first,
                                                    end)),
                                    BUFFER_BYTES));
            streamedSlice = slice;
        }
        next = index + 1;
        return new Arriving(stream, mapPartition);
    }

    @Override
    public void close() {
        DataInputStream open = stream;
        stream = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // it is of no use any more
            }
        }
    }

    /** The frames of one piece, each checked when it has come. */
    private final class Arriving implements Frames {
        private final DataInputStream in;
        private final int mapPartition;
        private byte[] bytes = {};
        private boolean complete;

        Arriving(DataInputStream in, int mapPartition) {
            this.in = in;
            this.mapPartition = mapPartition;
        }

        @Override
        public boolean next() throws IOException {
            if (complete) {
                return false;
            }
            int length = in.readInt();
            if (length == ShuffleServing.END_OF_PIECE) {
                complete = true;
                return false;
            }
            if (length == ShuffleServing.NO_PIECE) {
                throw new IOException(from + ": " + in.readUTF());
            }
            int rawLength = in.readInt();
            int codec = in.readUnsignedByte();
            int checksum = in.readInt();
            if (length < 0 || rawLength < 0 || codec >= CODECS.length) {
                throw new DamagedFrameException("damaged frame: " + where() + ": its head makes no sense");
            }
            byte[] stored = in.readNBytes(length);
            if (stored.length < length) {
                throw new IOException(from + " ended the stream within a frame");
            }
            bytes = new StoredFrame(CODECS[codec], rawLength, checksum, stored).decompressed(where());
            return true;
        }

        private String where() {
            return "output of map partition " + mapPartition + " of " + shuffle + " from " + from;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int length() {
            return bytes.length;
        }

        /** What was not read to its end would be in the way of what follows. */
        @Override
        public void close() {
            if (!complete) {
                complete = true;
                RemotePieces.this.close();
            }
        }
    }
}

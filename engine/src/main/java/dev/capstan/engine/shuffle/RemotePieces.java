package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.id.ExecutorId;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;

/**
 * The pieces of one executor's map outputs that one task reads. They come in one stream as long as they are opened in
 * their order, each when the one before has been read; whoever skips some begins a stream of its own from there on.
 */
final class RemotePieces {
    static final int ALL_SLICES = -1;

    /** For heads; the bytes of frames are read past it. */
    private static final int BUFFER_BYTES = 8 << 10;

    private final RemoteRead read;
    private final ExecutorId from;
    private final List<Integer> mapPartitions;
    private final List<Long> sizes;
    private @Nullable PieceStream current;

    /** What was begun ahead and failed is begun again only when its turn comes. */
    private boolean failedAhead;

    /** Pieces in a row, of one slice or all. */
    static final class PieceStream {
        final DataInputStream in;
        private final InputStream raw;
        private final int slice;
        private final long window;
        private final int end;
        private int next;

        private PieceStream(InputStream raw, int slice, long window, int first, int end) {
            this.in = new DataInputStream(new BufferedInputStream(raw, BUFFER_BYTES));
            this.raw = raw;
            this.slice = slice;
            this.window = window;
            this.next = first;
            this.end = end;
        }
    }

    RemotePieces(RemoteRead read, ExecutorId from, List<Integer> mapPartitions, List<Long> sizes) {
        this.read = read;
        this.from = from;
        this.mapPartitions = mapPartitions;
        this.sizes = sizes;
    }

    ExecutorId from() {
        return from;
    }

    /**
     * @param slice of the piece, from 0, or {@link #ALL_SLICES}
     */
    Frames open(int mapPartition, int slice) {
        return new ArrivingPiece(read, this, mapPartition, slice);
    }

    int firstSlice(int slice) {
        return read.wanted().firstSlice() + (slice == ALL_SLICES ? 0 : slice);
    }

    int endSlice(int slice) {
        return slice == ALL_SLICES ? read.wanted().endSlice() : firstSlice(slice) + 1;
    }

    // ---- for the piece that is read ----

    boolean isCurrent(PieceStream stream) {
        return current == stream;
    }

    /**
     * A stream in which this piece comes next.
     *
     * @param skippedFrames of it, which have been read
     */
    PieceStream streamWith(int mapPartition, int slice, int skippedFrames) throws IOException {
        int index = Collections.binarySearch(mapPartitions, mapPartition);
        PieceStream stream = current;
        if (stream == null || stream.next != index || stream.slice != slice || skippedFrames > 0) {
            if (stream == null || stream.slice != slice) {
                read.sliceChanged();
            }
            close();
            long rest = windowFrom(index);
            boolean all = read.hasRoomFor(rest);
            stream =
                    begin(
                            index,
                            all ? mapPartitions.size() : index + 1,
                            slice,
                            skippedFrames,
                            all ? rest : read.window(sizes.get(index)));
        }
        stream.next++;
        read.beginAhead(slice, mapPartition);
        return stream;
    }

    /** The piece that was read last has come to its end. */
    void pieceEnded(PieceStream stream) {
        if (stream == current && stream.next == stream.end) {
            close();
        }
    }

    /** What was read is not to be gone on with. */
    void close() {
        PieceStream stream = current;
        if (stream != null) {
            current = null;
            read.close(stream.raw, stream.window);
        }
    }

    private PieceStream begin(int first, int end, int slice, int skippedFrames, long window) throws IOException {
        InputStream raw =
                read.open(
                        from,
                        new ShuffleRequest(
                                read.wanted().shuffle(),
                                mapPartitions.subList(first, end),
                                firstSlice(slice),
                                endSlice(slice),
                                skippedFrames),
                        window);
        var stream = new PieceStream(raw, slice, window, first, end);
        current = stream;
        return stream;
    }

    /** How much may wait of a stream that begins there. */
    private long windowFrom(int index) {
        long bytes = 0;
        for (int i = index; i < sizes.size() && read.window(bytes) == bytes; i++) {
            bytes += sizes.get(i);
        }
        return read.window(bytes);
    }

    // ---- ahead ----

    private int indexAfter(int mapPartition) {
        int found = Collections.binarySearch(mapPartitions, mapPartition);
        return found < 0 ? -found - 1 : found + 1;
    }

    int nextAfter(int mapPartition) {
        return mapPartitions.get(indexAfter(mapPartition));
    }

    boolean isWantedAfter(int mapPartition, int slice) {
        PieceStream stream = current;
        return !failedAhead
                && (stream == null || stream.slice != slice)
                && indexAfter(mapPartition) < mapPartitions.size();
    }

    /** Begins the stream with what comes behind a piece; false if there is no room for it. */
    boolean beginAhead(int mapPartition, int slice) {
        int index = indexAfter(mapPartition);
        close();
        long window = windowFrom(index);
        if (!read.hasRoomFor(window)) {
            return false;
        }
        try {
            begin(index, mapPartitions.size(), slice, 0, window);
        } catch (IOException e) { // whoever needs it tries again, and says what is wrong
            failedAhead = true;
        }
        return true;
    }
}

package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameReading;
import dev.capstan.kernel.rpc.StreamSink;

import org.jspecify.annotations.Nullable;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Gives pieces of this executor's map outputs to others. A piece is the number of its output, its frames as they lie on
 * disk, and a mark; or a number that no output has, and why there is none.
 */
public final class ShuffleServing {
    /** Behind the last frame of a piece. */
    static final int END_OF_PIECE = -1;

    /** Instead of a piece that is not there; the reason follows. */
    static final long NO_OUTPUT = -1;

    private final LocalShuffleStore store;
    private final String host;

    /**
     * @param host where this is, for the messages about its disks
     */
    public ShuffleServing(LocalShuffleStore store, String host) {
        this.store = store;
        this.host = host;
    }

    /** How large the pieces are. */
    public byte[] sizes(ShuffleRequest request) {
        long[] sizes = new long[request.mapPartitions().size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] =
                    store.read(
                                    request.shuffle(),
                                    request.mapPartitions().get(i),
                                    request.firstSlice(),
                                    request.endSlice())
                            .map(ShuffleBlock::size)
                            .orElse(ShuffleAnswers.MISSING);
        }
        return ShuffleAnswers.toBytes(sizes);
    }

    /** Reads a frame again that arrived damaged. */
    public byte[] check(FrameCheck frame) {
        return ShuffleAnswers.readingBytes(
                store.readAgain(
                                frame.shuffle(),
                                frame.mapPartition(),
                                frame.firstSlice(),
                                frame.endSlice(),
                                frame.output(),
                                frame.frame())
                        .map(reading -> new FrameReading(reading.intact(), reading.where() + " on host " + host)));
    }

    /**
     * Sends the pieces, up to the first that is not there.
     *
     * @throws IOException when the reader is gone or a file cannot be read
     */
    public void write(ShuffleRequest request, StreamSink to) throws IOException {
        var out = new DataOutputStream(to);
        int skippedFrames = request.skippedFrames();
        for (int mapPartition : request.mapPartitions()) {
            try (OutgoingPiece piece = open(request, mapPartition, skippedFrames, out)) {
                if (piece == null) {
                    break;
                }
                out.writeLong(piece.output());
                piece.sendTo(to);
                out.writeInt(END_OF_PIECE);
            }
            skippedFrames = 0;
        }
        out.flush();
    }

    private @Nullable OutgoingPiece open(
            ShuffleRequest request, int mapPartition, int skippedFrames, DataOutputStream out) throws IOException {
        String reason;
        try {
            Optional<OutgoingPiece> piece =
                    store.openToSend(
                            request.shuffle(), mapPartition, request.firstSlice(), request.endSlice(), skippedFrames);
            if (piece.isPresent()) {
                return piece.get();
            }
            reason = "the map output is not there";
        } catch (IOException e) {
            reason = "the map output cannot be read on host " + host + ": " + e.getMessage();
        }
        out.writeLong(NO_OUTPUT);
        out.writeUTF(reason);
        return null;
    }
}

package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.protocol.ShuffleRequest;
import dev.capstan.engine.protocol.wire.ShuffleAnswers;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Gives pieces of this executor's map outputs to others: for each its frames as they are stored, and a mark. */
public final class ShuffleServing {
    /** Behind the last frame of a piece. */
    static final int END_OF_PIECE = -1;

    /** Instead of a piece that is not there; the reason follows. */
    static final int NO_PIECE = -2;

    private final ShuffleStore store;

    public ShuffleServing(ShuffleStore store) {
        this.store = store;
    }

    public byte[] sizes(ShuffleRequest request) {
        long[] sizes = new long[request.mapPartitions().size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] =
                    piece(request, request.mapPartitions().get(i))
                            .map(ShuffleBlock::size)
                            .orElse(ShuffleAnswers.MISSING);
        }
        return ShuffleAnswers.toBytes(sizes);
    }

    /**
     * @throws IOException when the reader is gone
     */
    public void write(ShuffleRequest request, OutputStream to) throws IOException {
        var out = new DataOutputStream(to);
        for (int mapPartition : request.mapPartitions()) {
            Optional<ShuffleBlock> piece = piece(request, mapPartition);
            if (piece.isEmpty()) {
                out.writeInt(NO_PIECE);
                out.writeUTF("the map output is not there");
                return;
            }
            write(piece.get(), out);
        }
        out.flush();
    }

    private static void write(ShuffleBlock piece, DataOutputStream out) throws IOException {
        if (piece.size() == 0) {
            out.writeInt(END_OF_PIECE);
            return;
        }
        try (StoredFrames frames = opened(piece, out)) {
            for (StoredFrame frame = frames.next(); frame != null; frame = frames.next()) {
                out.writeInt(frame.bytes().length);
                out.writeInt(frame.rawLength());
                out.writeByte(frame.codec().ordinal());
                out.writeInt(frame.checksum());
                out.write(frame.bytes());
            }
        }
        out.writeInt(END_OF_PIECE);
    }

    private static StoredFrames opened(ShuffleBlock piece, DataOutputStream out) throws IOException {
        try {
            return piece.openStored();
        } catch (IOException e) {
            out.writeInt(NO_PIECE);
            out.writeUTF("the map output cannot be read: " + e.getMessage());
            throw e;
        }
    }

    private Optional<ShuffleBlock> piece(ShuffleRequest request, int mapPartition) {
        return store.read(request.shuffle(), mapPartition, request.firstSlice(), request.endSlice());
    }
}

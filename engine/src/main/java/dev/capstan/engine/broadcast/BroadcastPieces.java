package dev.capstan.engine.broadcast;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Serialized values in pieces, each compressed, with a checksum, and small enough for one message. A piece is told how
 * many there are, so that whoever has the first knows what to ask for.
 */
final class BroadcastPieces {
    static final int PIECE_BYTES = 4 << 20;

    private BroadcastPieces() {}

    static List<byte[]> cut(byte[] bytes, Codec codec) {
        int count = Math.max(1, Math.ceilDiv(bytes.length, PIECE_BYTES));
        List<byte[]> pieces = new ArrayList<>(count);
        for (int piece = 0; piece < count; piece++) {
            int start = piece * PIECE_BYTES;
            var frame = StoredFrame.of(codec, bytes, start, Math.min(PIECE_BYTES, bytes.length - start));
            pieces.add(written(count, frame));
        }
        return pieces;
    }

    private static byte[] written(int count, StoredFrame frame) {
        ByteOutput out = new ByteOutput(frame.bytes().length + 32);
        out.writeVarInt(count);
        out.writeVarInt(frame.codec().ordinal());
        out.writeVarInt(frame.rawLength());
        out.writeLong(frame.checksum());
        out.write(frame.bytes());
        return out.toByteArray();
    }

    /** How many pieces there are, as this one says. */
    static int count(byte[] piece) {
        return new ByteInput(piece).readVarInt();
    }

    /** How long it is when it is decompressed, as it says itself. */
    static int rawLength(byte[] piece) {
        ByteInput in = new ByteInput(piece);
        int count = in.readVarInt();
        int codec = in.readVarInt();
        return count < 1 || codec < 0 ? 0 : in.readVarInt();
    }

    /** Throws unless the piece is as it was made. */
    static void check(byte[] piece, String where) throws IOException {
        if (!frame(piece, where).intact()) {
            throw new IOException(where + " is damaged: its checksum does not match");
        }
    }

    /**
     * Appends what is in the piece.
     *
     * @param where it comes from, for the message if it is damaged
     */
    static void append(byte[] piece, String where, ByteOutput to) throws IOException {
        to.write(frame(piece, where).decompressed(where));
    }

    private static StoredFrame frame(byte[] piece, String where) throws IOException {
        ByteInput in = new ByteInput(piece);
        int unused = in.readVarInt();
        int codec = in.readVarInt();
        int rawLength = in.readVarInt();
        int checksum = (int) in.readLong();
        if (codec < 0 || codec >= Codec.values().length || rawLength < 0 || rawLength > PIECE_BYTES) {
            throw new IOException(where + " is damaged: its header is nonsense");
        }
        byte[] bytes = in.readBytes(in.available());
        return new StoredFrame(Codec.values()[codec], rawLength, checksum, bytes);
    }
}

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

    private static final int MOST_HEAD_BYTES = 32;
    private static final Codec[] CODECS = Codec.values();

    private BroadcastPieces() {}

    static List<byte[]> cut(ByteOutput value, Codec codec) {
        int count = Math.max(1, Math.ceilDiv(value.size(), PIECE_BYTES));
        List<byte[]> pieces = new ArrayList<>(count);
        byte[] compressed = new byte[codec.mostBytes(Math.min(PIECE_BYTES, value.size()))];
        for (int piece = 0; piece < count; piece++) {
            int start = piece * PIECE_BYTES;
            int rawLength = Math.min(PIECE_BYTES, value.size() - start);
            int size = codec.compress(value.buffer(), start, rawLength, compressed);
            ByteOutput head = new ByteOutput(MOST_HEAD_BYTES);
            head.writeVarInt(count);
            head.writeVarInt(codec.ordinal());
            head.writeVarInt(rawLength);
            head.writeLong(StoredFrame.checksum(codec, rawLength, compressed, 0, size));
            pieces.add(joined(head, compressed, size));
        }
        return pieces;
    }

    private static byte[] joined(ByteOutput head, byte[] compressed, int size) {
        byte[] piece = new byte[head.size() + size];
        head.copyTo(piece, 0);
        System.arraycopy(compressed, 0, piece, head.size(), size);
        return piece;
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
        Head head = head(piece, where);
        int checksum = StoredFrame.checksum(head.codec, head.rawLength, piece, head.start, piece.length - head.start);
        if (checksum != head.checksum) {
            throw new IOException(where + " is damaged: its checksum does not match");
        }
    }

    /**
     * Writes what is in a piece that was checked when it came; returns how long that is.
     *
     * @param where it comes from, for the message if it is damaged
     */
    static int unpack(byte[] piece, String where, byte[] to, int at) throws IOException {
        Head head = head(piece, where);
        head.codec.decompress(piece, head.start, piece.length - head.start, to, at, head.rawLength);
        return head.rawLength;
    }

    /** What stands before the compressed bytes, and where these start. */
    private record Head(Codec codec, int rawLength, int checksum, int start) {}

    private static Head head(byte[] piece, String where) throws IOException {
        ByteInput in = new ByteInput(piece);
        int unused = in.readVarInt();
        int codec = in.readVarInt();
        int rawLength = in.readVarInt();
        int checksum = (int) in.readLong();
        if (codec < 0 || codec >= CODECS.length || rawLength < 0 || rawLength > PIECE_BYTES) {
            throw new IOException(where + " is damaged: its header is nonsense");
        }
        return new Head(CODECS[codec], rawLength, checksum, piece.length - in.available());
    }
}

package dev.capstan.engine.protocol.wire;

import dev.capstan.engine.broadcast.PieceOffer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Offers of pieces of broadcast values, as streams: a piece goes from its array to the network and from there into an
 * array without being whole anywhere between. Its length stands before it.
 */
public final class PieceOffers {
    private static final int MOST_HEAD_BYTES = 1 << 20;

    private PieceOffers() {}

    /** A piece alone, as executors give it to each other. */
    public static void writePiece(byte[] piece, OutputStream to) throws IOException {
        var out = new DataOutputStream(to);
        out.writeInt(piece.length);
        out.write(piece);
    }

    /** What {@link #writePiece} wrote. */
    public static byte[] readPiece(InputStream in) throws IOException {
        return bytes(new DataInputStream(in), PieceOffer.MOST_BYTES);
    }

    public static void write(PieceOffer offer, OutputStream to) throws IOException {
        byte[] head =
                ExecutorProto.PieceOffer.newBuilder()
                        .setPiece(offer.piece())
                        .setCount(offer.count())
                        .addAllHolders(Values.names(offer.holders()))
                        .build()
                        .toByteArray();
        var out = new DataOutputStream(to);
        out.writeInt(head.length);
        out.write(head);
        writePiece(offer.bytes(), to);
    }

    /**
     * @throws IOException when this is no offer
     */
    public static PieceOffer read(InputStream in) throws IOException {
        var data = new DataInputStream(in);
        ExecutorProto.PieceOffer offer = ExecutorProto.PieceOffer.parseFrom(bytes(data, MOST_HEAD_BYTES));
        return new PieceOffer(
                offer.getPiece(), offer.getCount(), readPiece(data), Values.executors(offer.getHoldersList()));
    }

    private static byte[] bytes(DataInputStream in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new IOException("a part of " + length + " bytes, where one has " + most + " at most");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}

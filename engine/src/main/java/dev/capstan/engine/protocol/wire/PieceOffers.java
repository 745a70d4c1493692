package dev.capstan.engine.protocol.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;

import dev.capstan.engine.broadcast.PieceOffer;

/** Offers of pieces of broadcast values, both ways. */
public final class PieceOffers {
    private PieceOffers() {}

    public static byte[] toBytes(PieceOffer offer) {
        return ExecutorProto.PieceOffer.newBuilder()
                .setPiece(offer.piece())
                .setCount(offer.count())
                .setBytes(Values.bytes(offer.bytes()))
                .addAllHolders(Values.names(offer.holders()))
                .build()
                .toByteArray();
    }

    /**
     * @throws InvalidProtocolBufferException when these are not the bytes of an offer
     */
    public static PieceOffer fromBytes(byte[] bytes) throws InvalidProtocolBufferException {
        CodedInputStream in = Values.bytes(bytes).newCodedInput();
        in.enableAliasing(true); // or the piece would be copied twice
        ExecutorProto.PieceOffer offer = ExecutorProto.PieceOffer.parser().parseFrom(in);
        return new PieceOffer(
                offer.getPiece(),
                offer.getCount(),
                offer.getBytes().toByteArray(),
                Values.executors(offer.getHoldersList()));
    }
}

package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.ExecutorId;

import java.util.List;
import java.util.Objects;

/**
 * What the driver says to an executor that asks for a piece of a broadcast value.
 *
 * @param piece which one to take
 * @param count how many there are
 * @param bytes the piece; empty if others have it
 * @param holders others that have it or are about to, those to try first in front; empty if the bytes are here
 */
public record PieceOffer(int piece, int count, byte[] bytes, List<ExecutorId> holders) {
    public PieceOffer {
        Objects.requireNonNull(bytes, "bytes");
        holders = List.copyOf(holders);
        if (piece < 0 || piece >= count) {
            throw new IllegalArgumentException("piece " + piece + " of " + count);
        }
    }

    @Override
    public String toString() {
        return "PieceOffer[" + piece + " of " + count + ", " + bytes.length + " bytes, " + holders + "]";
    }
}

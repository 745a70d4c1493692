package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;

import java.io.IOException;
import java.util.List;

/** Where an executor gets pieces of broadcast values that are not here. */
public interface PieceSource {
    /** For executors whose values are all shared. */
    PieceSource NONE =
            new PieceSource() {
                @Override
                public PieceOffer next(BroadcastId broadcast, List<Integer> held, List<ExecutorId> failed)
                        throws IOException {
                    throw new IOException("there is no way to the driver to ask for " + broadcast);
                }

                @Override
                public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) throws IOException {
                    throw new IOException("there is no way to " + holder);
                }
            };

    /**
     * Asks the driver what to take next.
     *
     * @param held pieces that are here
     * @param failed executors that did not give what they were to have
     */
    PieceOffer next(BroadcastId broadcast, List<Integer> held, List<ExecutorId> failed) throws IOException;

    /** Takes a piece from another executor, which may wait for it itself. */
    byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) throws IOException;
}

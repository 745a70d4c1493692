package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.actor.Message;

import java.util.List;

/**
 * Executor to driver: which piece of this broadcast value should I take next, and from whom? Answered with a {@link
 * dev.capstan.engine.broadcast.PieceOffer}.
 *
 * @param by who asks
 * @param held pieces that it has, and can give to others
 * @param failed executors that did not give what they were to have
 */
public record PieceRequest(BroadcastId broadcast, ExecutorId by, List<Integer> held, List<ExecutorId> failed)
        implements Message {
    public PieceRequest {
        held = List.copyOf(held);
        failed = List.copyOf(failed);
    }
}

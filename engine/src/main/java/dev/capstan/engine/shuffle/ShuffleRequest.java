package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.kernel.actor.Message;

import java.util.List;

/**
 * Executor to executor: give me pieces of your map outputs. As a request it is answered with their {@linkplain
 * dev.capstan.engine.shuffle.ShuffleAnswers sizes}, as a stream with the pieces themselves, in the order asked.
 *
 * @param firstSlice with which each piece begins
 * @param endSlice before which it ends
 * @param skippedFrames how many frames of the first piece have arrived already, in an earlier stream
 */
public record ShuffleRequest(
        ShuffleId shuffle, List<Integer> mapPartitions, int firstSlice, int endSlice, int skippedFrames)
        implements Message {
    public ShuffleRequest {
        mapPartitions = List.copyOf(mapPartitions);
    }
}

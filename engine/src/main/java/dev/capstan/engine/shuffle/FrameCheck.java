package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.kernel.actor.Message;

/**
 * Executor to executor: a frame of a piece that you have sent arrived damaged; read it again where you keep it.
 * Answered with a {@linkplain dev.capstan.engine.shuffle.ShuffleAnswers reading}.
 *
 * @param output the number under which the piece was sent
 * @param frame of the piece, from 0
 */
public record FrameCheck(ShuffleId shuffle, int mapPartition, int firstSlice, int endSlice, long output, int frame)
        implements Message {}

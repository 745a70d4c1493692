package dev.capstan.engine.protocol;

import dev.capstan.engine.id.BlockId;
import dev.capstan.kernel.actor.Message;

/**
 * Driver or executor to executor: give me this block. Of results and pieces of broadcast values these are their bytes;
 * a cached partition comes as a stream of {@linkplain dev.capstan.engine.disk.FrameStream frames}.
 */
public record BlockRequest(BlockId block) implements Message {}

package dev.capstan.engine.protocol;

import dev.capstan.engine.id.BlockId;
import dev.capstan.kernel.actor.Message;

/** Driver or executor to executor: give me this block's bytes. */
public record BlockRequest(BlockId block) implements Message {}

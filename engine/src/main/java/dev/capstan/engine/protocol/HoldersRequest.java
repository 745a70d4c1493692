package dev.capstan.engine.protocol;

import dev.capstan.engine.id.BlockId;
import dev.capstan.kernel.actor.Message;

/**
 * Executor to driver: who holds this cached partition? Answered with {@linkplain
 * dev.capstan.engine.protocol.wire.Holders names}.
 */
public record HoldersRequest(BlockId.CachedPartition block) implements Message {}

package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BroadcastId;

import org.jspecify.annotations.Nullable;

/** Broadcast values that an executor can take from its own process as they are. */
@FunctionalInterface
public interface SharedValues {
    /** For executors in a process of their own. */
    SharedValues NONE = _ -> null;

    /**
     * The value, or null if it is not shared.
     *
     * @throws IllegalStateException when it was destroyed, naming where
     */
    @Nullable Object find(BroadcastId id);
}

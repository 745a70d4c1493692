package dev.capstan.kernel.actor;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/** Where an actor's entries become durable. */
@FunctionalInterface
public interface Journal {
    /** An actor without durable state. */
    Journal NONE =
            (entry, _) -> {
                throw new IllegalStateException("this actor has no journal for " + entry);
            };

    /**
     * Starts the append and returns at once; called on the actor's thread.
     *
     * @param done called once, from any thread: with null when the entry is durable, else with what prevented it. Where
     *     it throws it may be called again, with what it threw
     */
    void append(Entry entry, Consumer<@Nullable Throwable> done);
}

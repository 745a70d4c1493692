package dev.capstan.kernel.actor;

import java.util.function.Consumer;

/** Carries out the {@link Operation}s of one actor. */
@FunctionalInterface
public interface Operations {
    /** An actor that asks for none. */
    Operations NONE =
            (operation, _) -> {
                throw new IllegalStateException("this actor has nobody to perform " + operation);
            };

    /**
     * Starts the operation and returns at once; called on the actor's thread.
     *
     * @param reply takes the outcome, any number of messages, from any thread
     */
    void perform(Operation operation, Consumer<Message> reply);
}

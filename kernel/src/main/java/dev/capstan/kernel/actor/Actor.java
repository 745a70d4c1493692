package dev.capstan.kernel.actor;

import java.util.List;

/**
 * A state machine: the same sequence of (message, time) gives the same effects. Control logic is written only in this
 * form, so that the simulator can run it.
 *
 * @param <M> the sealed family of messages it takes
 */
public interface Actor<M extends Message> {
    /**
     * Takes one message.
     *
     * @param nowNanos monotonic time, read once by the shell
     * @return what is to happen, in this order
     */
    List<Effect> on(M message, long nowNanos);

    /**
     * Called when the shell has handed over what was waiting, before it rests: the place for work that is cheaper once
     * per batch than once per message, such as placing tasks. A shell may call it after every message.
     */
    default List<Effect> endOfTurn(long nowNanos) {
        return List.of();
    }
}

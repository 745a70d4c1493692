/**
 * Actors: control logic as pure state machines, and the thread that runs them in production.
 *
 * <p>An {@link dev.capstan.kernel.actor.Actor} takes one message and the time, and answers with a list of {@link
 * dev.capstan.kernel.actor.Effect effects}. It owns no thread, clock, socket, file or lock. Two shells run the same
 * classes: {@link dev.capstan.kernel.actor.ActorLoop} here, and the virtual-time simulator of the testing module.
 */
@NullMarked
package dev.capstan.kernel.actor;

import org.jspecify.annotations.NullMarked;

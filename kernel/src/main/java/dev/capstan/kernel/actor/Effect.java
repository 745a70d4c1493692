package dev.capstan.kernel.actor;

import java.time.Duration;

/** What an actor wants done. Effects of one actor leave in order through one outbox. */
public sealed interface Effect {
    /** Tell another actor, in this process or elsewhere. */
    record Send(Address to, Message message) implements Effect {}

    /** Deliver {@code message} to this actor after a while; the same name replaces the timer armed before. */
    record Arm(String timer, Duration after, Message message) implements Effect {}

    /** Forget the timer of that name, if it is armed. */
    record Disarm(String timer) implements Effect {}

    /** Make the entry durable; everything behind it in the outbox waits until it is. */
    record Persist(Entry entry) implements Effect {}

    /** Do work that blocks or computes, off the actor; its outcome returns as a message. */
    record Perform(Operation operation) implements Effect {}
}

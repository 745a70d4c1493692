package dev.capstan.kernel.actor;

import java.util.List;

/**
 * A bug: an exception that left an actor, or an entry that could not be made durable. The actor takes no further
 * message.
 *
 * @param actor whose fault it is
 * @param cause what was thrown
 * @param flight the last messages and effects of the loop, oldest first
 */
public record Fault(Address actor, Throwable cause, List<String> flight) {}

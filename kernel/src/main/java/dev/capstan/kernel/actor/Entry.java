package dev.capstan.kernel.actor;

/**
 * A durable change of an actor's hard state. The handler decides, emits {@link Effect.Persist} and applies the entry;
 * recovery applies the same entries again.
 */
public interface Entry {}

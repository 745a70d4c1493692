package dev.capstan.engine.protocol;

import dev.capstan.kernel.actor.Message;

/** Executor process to driver, before it registers: what do I work with? Answered with an {@link Application}. */
public record ApplicationRequest() implements Message {}

package dev.capstan.engine.protocol;

import dev.capstan.kernel.actor.Message;

/**
 * Executor process to driver: give me this file of the application.
 *
 * @param sha256 of its content, in hexadecimal digits
 */
public record FileRequest(String sha256) implements Message {}

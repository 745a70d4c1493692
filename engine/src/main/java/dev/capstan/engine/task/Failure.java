package dev.capstan.engine.task;

import java.util.Objects;

/**
 * An exception as it travels: text only, so that the driver needs none of the user's classes to tell it.
 *
 * @param type class name of the exception
 * @param message its message, empty if none
 * @param stack its stack, the user's own frames first, at most one screen
 * @param permanent whether it would be the same on every executor, so that trying again is no use
 */
public record Failure(String type, String message, String stack, boolean permanent) {
    public Failure(String type, String message, String stack) {
        this(type, message, stack, false);
    }

    public Failure {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(stack, "stack");
    }

    @Override
    public String toString() {
        return message.isEmpty() ? type : type + ": " + message;
    }
}

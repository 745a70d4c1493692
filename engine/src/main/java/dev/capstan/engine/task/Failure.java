package dev.capstan.engine.task;

import java.util.Objects;

/**
 * An exception as it travels: text only, so that the driver needs none of the user's classes to tell it.
 *
 * @param type class name of the exception
 * @param message its message, empty if none
 * @param stack its stack, the user's own frames first, at most one screen
 */
public record Failure(String type, String message, String stack) {
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

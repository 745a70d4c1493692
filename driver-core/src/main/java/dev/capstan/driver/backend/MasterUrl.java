package dev.capstan.driver.backend;

import dev.capstan.kernel.config.Addresses;

import java.util.Objects;

/** Where a program runs, as the user writes it: {@code local[4]}, {@code capstan://host:7077}, {@code mesos://…}. */
public record MasterUrl(String text) {
    public MasterUrl {
        Objects.requireNonNull(text, "text");
        text = text.strip();
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the master URL is empty; use local[*] to run on this machine");
        }
    }

    /** For people: without a password. */
    @Override
    public String toString() {
        return Addresses.withoutPassword(text);
    }
}

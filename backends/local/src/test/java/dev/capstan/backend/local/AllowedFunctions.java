package dev.capstan.backend.local;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;

/** A program whose functions are allowed, while what they return is not. */
final class AllowedFunctions {
    private AllowedFunctions() {}

    static Rdd<Object> orders(CapstanContext context) {
        return context.range(0, 1, 1, 1).map(SerializationLiveTest.Maker::order);
    }
}

package dev.capstan.kernel.serialization;

import java.util.function.Supplier;

/** Checks functions when they are given to an operator. */
public final class ClosureCheck {
    private ClosureCheck() {}

    public static void check(Object function, String operator, Supplier<String> callSite) {
        if (!Sharing.allows(function)) {
            new JavaSerializer().serialize(function);
        }
    }
}

package dev.capstan.backend.local;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;

/** A program whose functions are allowed, while what they return is not. */
final class AllowedFunctions {
    private AllowedFunctions() {}

    static Rdd<Object> orders(CapstanContext context) {
        return context.range(0, 1, 1, 1).map(SerializationLiveTest.Maker::order);
    }

    /** Ten numbers, added up in the first place of the array. */
    static long sum(CapstanContext context, Object[] zero) {
        return (Long)
                context.range(0, 10, 1, 2)
                        .aggregate(
                                zero,
                                (sum, n) -> {
                                    sum[0] = (Long) sum[0] + n;
                                    return sum;
                                },
                                (a, b) -> {
                                    a[0] = (Long) a[0] + (Long) b[0];
                                    return a;
                                })[0];
    }
}

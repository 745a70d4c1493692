package dev.capstan.backend.local;

import dev.capstan.driver.CapstanContext;

import java.util.concurrent.CountDownLatch;

/** A program that saves two partitions and never comes to their ends. */
final class KilledWhileSaving {
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private KilledWhileSaving() {}

    public static void main(String[] arguments) {
        try (var context = CapstanContext.create("local[2]")) {
            context.range(0, 200_000, 1, 2)
                    .map(n -> {
                        if (n % 100_000 == 99_999) {
                            NEVER.await();
                        }
                        return n;
                    })
                    .saveAsTextFile(arguments[0]);
        }
    }
}

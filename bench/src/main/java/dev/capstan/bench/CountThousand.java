package dev.capstan.bench;

import dev.capstan.driver.CapstanContext;

/** The smallest program: what it takes is the start. */
final class CountThousand {
    private CountThousand() {}

    public static void main(String[] args) {
        try (CapstanContext context = CapstanContext.create("local[2]")) {
            System.out.println(context.range(0, 1_000, 1, 2).count());
        }
    }
}

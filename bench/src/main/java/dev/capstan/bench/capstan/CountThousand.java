package dev.capstan.bench.capstan;

import dev.capstan.driver.CapstanContext;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The smallest program: what it takes is the start. With the argument {@code stay} it keeps its context until its input
 * ends, to be looked at while it is idle.
 */
public final class CountThousand {
    private CountThousand() {}

    public static void main(String[] arguments) throws IOException {
        try (CapstanContext context = CapstanContext.create(CapstanSide.master())) {
            System.out.println(context.range(0, 1_000, 1, 2).count());
            if (arguments.length > 0) {
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}

package dev.capstan.bench.capstan;

import dev.capstan.driver.CapstanContext;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * The smallest program: what it takes is the start. With the argument {@code stay} it keeps its context until its input
 * ends, to be looked at while it is idle; with {@code cluster} it has an executor in a process of its own.
 */
public final class CountThousand {
    private CountThousand() {}

    public static void main(String[] arguments) throws IOException {
        List<String> given = List.of(arguments);
        String master = given.contains("cluster") ? "local-cluster[1,2,512]" : CapstanSide.master();
        try (CapstanContext context = CapstanContext.create(master)) {
            System.out.println(context.range(0, 1_000, 1, 2).count());
            if (given.contains("stay")) {
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}

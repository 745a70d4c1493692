package dev.capstan.bench.spark;

import org.apache.spark.api.java.JavaSparkContext;

import java.io.IOException;
import java.io.OutputStream;

/** The smallest program. With the argument {@code stay} it keeps its context until its input ends. */
public final class CountThousand {
    private CountThousand() {}

    public static void main(String[] arguments) throws IOException {
        try (JavaSparkContext context = SparkSide.context()) {
            System.out.println(context.sc().range(0, 1_000, 1, 2).count());
            if (arguments.length > 0) {
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}

package dev.capstan.engine.lineage;

import dev.capstan.engine.id.DatasetId;

import java.util.concurrent.atomic.AtomicInteger;

/** Nodes for tests. */
public final class Nodes {
    private static final AtomicInteger IDS = new AtomicInteger();

    private Nodes() {}

    public static Origin origin(String operator) {
        return new Origin(new DatasetId(IDS.getAndIncrement()), operator, "Program.java:1");
    }

    public static NumberRange range(long end, int partitions) {
        return NumberRange.of(origin("range"), 0, end, 1, partitions);
    }
}

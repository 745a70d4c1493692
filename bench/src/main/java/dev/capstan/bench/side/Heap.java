package dev.capstan.bench.side;

/** The heap of this process. */
public final class Heap {
    private static final double MEGABYTE = 1 << 20;

    private Heap() {}

    /** What is in use once everything that nobody holds was collected. */
    public static double megabytesAfterCollection() {
        Runtime runtime = Runtime.getRuntime();
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) { // what hangs on references that the first finds is free after the next
            System.gc();
            least = Math.min(least, (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE);
        }
        return least;
    }
}

package dev.capstan.bench;

/**
 * Something to measure.
 *
 * @param name by which it is chosen
 * @param about what is measured, in a sentence
 * @param unit of one figure
 * @param measurement makes the figures
 */
public record Workload(String name, String about, String unit, Measurement measurement) {
    /** Makes figures. */
    @FunctionalInterface
    public interface Measurement {
        /**
         * Warms up, then measures.
         *
         * @return one figure per repeat
         */
        double[] run(int repeats) throws Exception;
    }

    /** Measures and sums up. */
    public Result run(int repeats) throws Exception {
        return Result.of(this, measurement.run(repeats));
    }
}

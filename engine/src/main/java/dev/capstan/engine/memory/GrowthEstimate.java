package dev.capstan.engine.memory;

import java.util.function.LongSupplier;

/**
 * Knows roughly how large a growing collection is, without measuring it each time: it measures ever more rarely, and
 * takes growth to go on in between as it did between the last two measurements.
 *
 * <pre>{@code
 * var size = new GrowthEstimate(() -> ObjectSize.of(buffer));
 * for (...) {
 *     buffer.add(record);
 *     size.grew();
 *     if (size.bytes() > granted) ...
 * }
 * }</pre>
 */
public final class GrowthEstimate {
    private static final double RARER = 1.1;

    private final LongSupplier measure;
    private long changes;
    private long nextMeasurement = 1;
    private long measuredAt;
    private long measured;
    private double perChange;

    /**
     * @param measure tells the size now; called about 140 times for a million changes
     */
    public GrowthEstimate(LongSupplier measure) {
        this.measure = measure;
    }

    /** An element came, or one has grown. */
    public void grew() {
        grew(1);
    }

    /** So many elements came. */
    public void grew(long more) {
        changes += more;
        if (changes >= nextMeasurement) {
            look();
        }
    }

    private void look() {
        long now = measure.getAsLong();
        perChange = Math.max(0, (now - measured) / (double) (changes - measuredAt));
        measured = now;
        measuredAt = changes;
        nextMeasurement = Math.max(changes + 1, (long) (changes * RARER));
    }

    public long bytes() {
        return measured + (long) (perChange * (changes - measuredAt));
    }

    /** The collection was emptied. */
    public void reset() {
        changes = 0;
        nextMeasurement = 1;
        measuredAt = 0;
        measured = 0;
        perChange = 0;
    }
}

package dev.capstan.engine.accumulator;

import dev.capstan.engine.id.AccumulatorId;

import org.jspecify.annotations.Nullable;

/** Adds whole numbers, and counts how many there were. */
public final class LongAccumulator extends Accumulator<Long, Long> {
    private static final long serialVersionUID = 1L;

    LongAccumulator(AccumulatorId id, String name, @Nullable Total<Long, ?, Long> total) {
        super(id, name, Kind.INSTANCE, total);
    }

    /** Adds without making an object of the number. */
    public void add(long number) {
        Tally tally = Tally.current();
        if (tally == null) {
            driversSide("add").add(number);
        } else {
            long[] state = (long[]) tally.state(this);
            state[0] += number;
            state[1]++;
        }
    }

    public long sum() {
        return value();
    }

    /** How many numbers were added. */
    public long count() {
        return driversSide("count").read(state -> ((long[]) state)[1]);
    }

    /** The mean of the numbers; NaN if there were none. */
    public double average() {
        return driversSide("average").read(state -> (double) ((long[]) state)[0] / ((long[]) state)[1]);
    }

    /** The state is sum and count. */
    enum Kind implements Accumulation<Long, long[], Long> {
        INSTANCE;

        @Override
        public long[] zero() {
            return new long[2];
        }

        @Override
        public long[] add(long[] state, Long number) {
            state[0] += number;
            state[1]++;
            return state;
        }

        @Override
        public long[] merge(long[] left, long[] right) {
            left[0] += right[0];
            left[1] += right[1];
            return left;
        }

        @Override
        public Long value(long[] state) {
            return state[0];
        }
    }
}

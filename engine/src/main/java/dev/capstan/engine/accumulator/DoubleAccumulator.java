package dev.capstan.engine.accumulator;

import dev.capstan.engine.id.AccumulatorId;

import org.jspecify.annotations.Nullable;

/** Adds numbers, and counts how many there were. */
public final class DoubleAccumulator extends Accumulator<Double, Double> {
    private static final long serialVersionUID = 1L;

    DoubleAccumulator(AccumulatorId id, String name, @Nullable Total<Double, ?, Double> total) {
        super(id, name, Kind.INSTANCE, total);
    }

    /** Adds without making an object of the number. */
    public void add(double number) {
        Tally tally = Tally.current();
        if (tally == null) {
            driversSide("add").add(number);
        } else {
            double[] state = (double[]) tally.state(this);
            state[0] += number;
            state[1]++;
        }
    }

    public double sum() {
        return value();
    }

    /** How many numbers were added. */
    public long count() {
        return driversSide("count").read(state -> (long) ((double[]) state)[1]);
    }

    /** The mean of the numbers; NaN if there were none. */
    public double average() {
        return driversSide("average").read(state -> ((double[]) state)[0] / ((double[]) state)[1]);
    }

    /** The state is sum and count. */
    enum Kind implements Accumulation<Double, double[], Double> {
        INSTANCE;

        @Override
        public double[] zero() {
            return new double[2];
        }

        @Override
        public double[] add(double[] state, Double number) {
            state[0] += number;
            state[1]++;
            return state;
        }

        @Override
        public double[] merge(double[] left, double[] right) {
            left[0] += right[0];
            left[1] += right[1];
            return left;
        }

        @Override
        public Double value(double[] state) {
            return state[0];
        }
    }
}

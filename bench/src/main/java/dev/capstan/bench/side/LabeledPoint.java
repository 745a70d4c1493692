package dev.capstan.bench.side;

import java.io.Serializable;
import java.util.Locale;
import java.util.SplittableRandom;

/** A point of logistic regression. No record, since the peer's serializer cannot write these. */
public final class LabeledPoint implements Serializable {
    public static final int DIMENSIONS = 10;

    private static final long serialVersionUID = 1L;
    private static final double STEP = 4;

    private final double[] x;
    private final double label;

    private LabeledPoint(double[] x, double label) {
        this.x = x;
        this.label = label;
    }

    /** The point of this number: one cloud lies around (0.2, 0.2, …), the other around the opposite. */
    public static LabeledPoint of(long number) {
        var random = new SplittableRandom(number);
        double label = random.nextBoolean() ? 1 : -1;
        double[] x = new double[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            x[i] = 2 * random.nextDouble() - 1 + 0.2 * label;
        }
        return new LabeledPoint(x, label);
    }

    /** What this point adds to the gradient. */
    public double[] gradient(double[] weights) {
        double dot = 0;
        for (int i = 0; i < x.length; i++) {
            dot += weights[i] * x[i];
        }
        double slope = (1 / (1 + Math.exp(-label * dot)) - 1) * label;
        double[] gradient = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            gradient[i] = x[i] * slope;
        }
        return gradient;
    }

    /** The sum of two gradients. */
    public static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }

    /** One step down the gradient of so many points. */
    public static double[] step(double[] weights, double[] gradient, long points) {
        double[] next = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            next[i] = weights[i] - STEP * gradient[i] / points;
        }
        return next;
    }

    /** The weights as text, as exactly as the order of summing allows. */
    public static String check(double[] weights) {
        var text = new StringBuilder("weights");
        for (double weight : weights) {
            text.append(String.format(Locale.ROOT, " %.5f", weight));
        }
        return text.toString();
    }
}

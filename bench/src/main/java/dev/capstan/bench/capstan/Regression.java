package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.LabeledPoint;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;

/**
 * Logistic regression over 2,000,000 points of ten dimensions that are cached as objects. Making and caching them is
 * not timed. The figure of a run is the mean of five iterations from the same start.
 */
final class Regression {
    static final int POINTS = 2_000_000;
    private static final int ITERATIONS = 5;

    private Regression() {}

    static Program prepare(CapstanContext context, Setting setting) {
        int count = setting.scaled(POINTS);
        Rdd<LabeledPoint> points = context.range(0, count, 1, setting.partitions()).map(LabeledPoint::of).cache();
        points.count();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            double[] weights = new double[LabeledPoint.DIMENSIONS];
            for (int i = 0; i < ITERATIONS; i++) {
                double[] now = weights;
                double[] gradient = points.map(point -> point.gradient(now)).reduce(LabeledPoint::sum);
                weights = LabeledPoint.step(now, gradient, count);
            }
            double seconds = watch.seconds();
            return Figure.of(seconds / ITERATIONS, LabeledPoint.check(weights));
        };
    }
}

package dev.capstan.bench.spark;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.LabeledPoint;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** The twin of Capstan's program of this name. */
final class Regression {
    static final int POINTS = 2_000_000;
    private static final int ITERATIONS = 5;

    private Regression() {}

    static Program prepare(JavaSparkContext context, Setting setting) {
        int count = setting.scaled(POINTS);
        JavaRDD<LabeledPoint> points =
                Numbers.range(context, count, setting.partitions()).map(LabeledPoint::of).cache();
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

package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.LabeledPoint;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What is left of {@link Regression} without an engine: the same functions, in a loop on each of two threads. */
final class RegressionLoop {
    private static final int THREADS = 2;
    private static final int ITERATIONS = 5;

    /** Starting one takes nothing beside an iteration, and the JDK's own pool may have fewer than it takes. */
    private static final Executor NEW_THREAD = Thread.ofPlatform()::start;

    private RegressionLoop() {}

    static Program prepare(Setting setting) {
        int count = setting.scaled(Regression.POINTS);
        List<List<LabeledPoint>> parts = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            List<LabeledPoint> part = new ArrayList<>();
            for (long i = (long) count * thread / THREADS; i < (long) count * (thread + 1) / THREADS; i++) {
                part.add(LabeledPoint.of(i));
            }
            parts.add(part);
        }
        return () -> {
            Stopwatch watch = Stopwatch.started();
            double[] weights = new double[LabeledPoint.DIMENSIONS];
            for (int i = 0; i < ITERATIONS; i++) {
                double[] now = weights;
                List<CompletableFuture<double[]>> gradients =
                        parts.stream()
                                .map(part -> CompletableFuture.supplyAsync(() -> gradient(part, now), NEW_THREAD))
                                .toList();
                double[] gradient = new double[LabeledPoint.DIMENSIONS];
                for (CompletableFuture<double[]> each : gradients) {
                    gradient = LabeledPoint.sum(gradient, each.join());
                }
                weights = LabeledPoint.step(now, gradient, count);
            }
            double seconds = watch.seconds();
            return Figure.of(seconds / ITERATIONS, LabeledPoint.check(weights));
        };
    }

    private static double[] gradient(List<LabeledPoint> points, double[] weights) {
        double[] sum = new double[LabeledPoint.DIMENSIONS];
        for (LabeledPoint point : points) {
            sum = LabeledPoint.sum(sum, point.gradient(weights));
        }
        return sum;
    }
}

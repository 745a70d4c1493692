package dev.capstan.examples;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Finds the plane that parts two clouds of points, by gradient descent over cached data. */
public final class LogisticRegression {
    private static final int DIMENSIONS = 5;
    private static final double STEP = 4;

    private LogisticRegression() {}

    private record Point(double[] x, double label) implements Serializable {}

    /** Arguments: how many points and how many rounds, 100,000 and 10 unless given. */
    public static void main(String[] arguments) {
        var given = new Arguments("regression [POINTS [ROUNDS]]", arguments, 2);
        int count = (int) given.number(0, 100_000, 100_000_000);
        int rounds = (int) given.number(1, 10, 10_000);
        try (var capstan = CapstanContext.create()) {
            Rdd<Point> points = capstan.range(count).map(LogisticRegression::point).cache();
            double[] weights = new double[DIMENSIONS];
            for (int round = 0; round < rounds; round++) {
                double[] now = weights.clone();
                double[] gradient = points.map(point -> gradient(point, now)).reduce(LogisticRegression::sum);
                Arrays.setAll(weights, i -> now[i] - STEP * gradient[i] / count);
            }
            long right = points.filter(point -> point.label * dot(weights, point.x) > 0).count();
            System.out.println("the plane after " + rounds + " rounds: " + Arrays.toString(weights));
            System.out.println(Math.round(100.0 * right / count) + "% of the points lie on their side of it");
        }
    }

    /** One cloud lies around (0.7, 0.7, …), the other around the opposite. */
    private static Point point(long seed) {
        var random = new SplittableRandom(seed);
        double label = random.nextBoolean() ? 1 : -1;
        return new Point(
                IntStream.range(0, DIMENSIONS).mapToDouble(_ -> random.nextGaussian() + 0.7 * label).toArray(), label);
    }

    private static double[] gradient(Point point, double[] weights) {
        double slope = (1 / (1 + Math.exp(-point.label * dot(weights, point.x))) - 1) * point.label;
        return Arrays.stream(point.x).map(x -> x * slope).toArray();
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static double[] sum(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
    }
}

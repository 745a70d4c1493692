package dev.capstan.engine.operator;

import dev.capstan.engine.function.DoubleFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Statistics;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Iterator;

/** What operators do with numbers. */
public final class NumberFunctions {
    private NumberFunctions() {}

    public record ToDouble<T>(DoubleFn<? super T> function) implements Fn<T, Double>, Shareable {
        @Override
        public Double apply(T value) throws Exception {
            return function.apply(value);
        }
    }

    /** The sum, with the rounding errors of single additions made good. */
    public enum Sum implements PartitionFn<Double, Double> {
        INSTANCE;

        @Override
        public Double apply(Iterator<Double> numbers, TaskContext task) {
            return of(numbers);
        }

        public static double of(Iterator<Double> numbers) {
            DoubleSummaryStatistics sum = new DoubleSummaryStatistics();
            while (numbers.hasNext()) {
                sum.accept(numbers.next());
            }
            return sum.getSum();
        }
    }

    public enum Summary implements PartitionFn<Double, Statistics> {
        INSTANCE;

        @Override
        public Statistics apply(Iterator<Double> numbers, TaskContext task) {
            long count = 0;
            double mean = 0;
            double squares = 0;
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            while (numbers.hasNext()) {
                double number = numbers.next();
                count++;
                double distance = number - mean;
                mean += distance / count;
                squares += distance * (number - mean);
                min = Math.min(min, number);
                max = Math.max(max, number);
            }
            return count == 0 ? Statistics.NONE : new Statistics(count, mean, squares, min, max);
        }
    }

    /** How many numbers lie between each two edges; the last part includes its upper edge. */
    public record Histogram(double[] edges) implements PartitionFn<Double, long[]>, Shareable {
        @Override
        public long[] apply(Iterator<Double> numbers, TaskContext task) {
            long[] counts = new long[edges.length - 1];
            while (numbers.hasNext()) {
                double number = numbers.next();
                if (number >= edges[0] && number <= edges[counts.length]) {
                    int found = Arrays.binarySearch(edges, number + 0.0); // minus zero lies before zero otherwise
                    int part = found >= 0 ? found : -found - 2;
                    counts[Math.min(part, counts.length - 1)]++;
                }
            }
            return counts;
        }
    }
}

package dev.capstan.engine.operator;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What actions that estimate do with each partition. */
public final class ApproximateFunctions {
    private ApproximateFunctions() {}

    /** Of the numbers of a partition: how many, their sum, and the sum of their squares. */
    public record Part(long count, double sum, double squares) implements Serializable {}

    public enum Sums implements PartitionFn<Double, Part> {
        INSTANCE;

        @Override
        public Part apply(Iterator<Double> numbers, TaskContext task) {
            long count = 0;
            double sum = 0;
            double squares = 0;
            while (numbers.hasNext()) {
                double number = numbers.next();
                count++;
                sum += number;
                squares += number * number;
            }
            return new Part(count, sum, squares);
        }
    }

    /** How often each value comes. */
    public enum CountByValue implements PartitionFn<Object, Map<Object, Long>> {
        INSTANCE;

        @Override
        public Map<Object, Long> apply(Iterator<Object> values, TaskContext task) {
            Map<Object, Long> counts = new LinkedHashMap<>();
            while (values.hasNext()) {
                counts.merge(values.next(), 1L, Long::sum);
            }
            return counts;
        }
    }

    /** How many different elements a partition has. */
    public record Distinct(double relativeError) implements PartitionFn<Object, HyperLogLog>, Shareable {
        @Override
        public HyperLogLog apply(Iterator<Object> values, TaskContext task) {
            HyperLogLog different = HyperLogLog.ofError(relativeError);
            while (values.hasNext()) {
                different.add(values.next());
            }
            return different;
        }
    }

    /** Begins counting the different values of a key. */
    public record CountFirst<V>(double relativeError) implements Fn<V, HyperLogLog>, Shareable {
        @Override
        public HyperLogLog apply(V value) {
            return HyperLogLog.ofError(relativeError).add(value);
        }
    }

    /** Counts on. */
    public record CountNext<V>() implements Fn2<HyperLogLog, V, HyperLogLog>, Shareable {
        @Override
        public HyperLogLog apply(HyperLogLog different, V value) {
            return different.add(value);
        }
    }

    public enum Merge implements Fn2<HyperLogLog, HyperLogLog, HyperLogLog> {
        INSTANCE;

        @Override
        public HyperLogLog apply(HyperLogLog different, HyperLogLog more) {
            return different.merge(more);
        }
    }

    public enum Estimate implements Fn<HyperLogLog, Long> {
        INSTANCE;

        @Override
        public Long apply(HyperLogLog different) {
            return different.estimate();
        }
    }
}

package dev.capstan.bench.kernel;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.Aggregator;
import dev.capstan.engine.lineage.ReduceSide;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The time to bring one pair of a word and a count together with what is there for the word. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CombineKernel {
    private static final int PAIRS = 100_000;

    @Param({"100", "50000"})
    public int different;

    private final Aggregator<Object, Object, Object> sum =
            new Aggregator<>(value -> value, CombineKernel::add, CombineKernel::add, true);
    private final List<Pair<Object, Object>> pairs = new ArrayList<>();

    @Setup
    public void fill() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < PAIRS; i++) {
            pairs.add(Pair.of("word-" + random.nextInt(different), 1));
        }
    }

    private static Object add(Object a, Object b) {
        return (Integer) a + (Integer) b;
    }

    @Benchmark
    @OperationsPerInvocation(PAIRS)
    public Iterator<Pair<Object, Object>> combine() throws Exception {
        return ReduceSide.combine(sum, pairs.iterator());
    }
}

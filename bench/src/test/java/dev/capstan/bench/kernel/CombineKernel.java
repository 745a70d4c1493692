package dev.capstan.bench.kernel;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.pipeline.Pipelines;

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

    private final Pipelines pipelines = Pipelines.without();
    private final Fn<Object, Object> create = value -> value;
    private final Fn2<Object, Object, Object> add = CombineKernel::add;
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
    public int combine() throws Exception {
        Combiner combiner = pipelines.combiner(create, add, String.class);
        for (Pair<Object, Object> pair : pairs) {
            combiner.accept(pair);
        }
        return combiner.size();
    }
}

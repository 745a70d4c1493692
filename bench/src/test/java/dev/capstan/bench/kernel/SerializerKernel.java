package dev.capstan.bench.kernel;

import dev.capstan.engine.function.Pair;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Serializer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The time to write and to read one record of a stream. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SerializerKernel {
    private static final int RECORDS = 1_000;

    /** What is written. */
    public enum Shape {
        STRINGS,
        INTS,
        BOXED,
        PAIRS,
        RECORDS,
        ARRAYS,
        NESTED
    }

    /** By what. */
    public enum Codec {
        COMPACT,
        JAVA
    }

    /** A record as users write them. */
    public record Order(long id, String customer, double amount, boolean paid) implements Serializable {}

    @Param public Shape shape = Shape.STRINGS;

    @Param public Codec codec = Codec.COMPACT;

    private Serializer serializer = new CompactSerializer();
    private final List<Object> items = new ArrayList<>();
    private byte[] written = {};

    @Setup
    public void fill() {
        serializer = codec == Codec.COMPACT ? new CompactSerializer() : new JavaSerializer();
        for (int i = 0; i < RECORDS; i++) {
            items.add(item(i));
        }
        written = write();
    }

    private Object item(int i) {
        return switch (shape) {
            case STRINGS -> "word-" + i;
            case INTS -> i * 7_919;
            case BOXED ->
                    switch (i % 4) {
                        case 0 -> i * 7_919L;
                        case 1 -> i / 7.0;
                        case 2 -> (short) i;
                        default -> i % 3 == 0;
                    };
            case PAIRS -> Pair.of("word-" + i % 100, i);
            case RECORDS -> new Order(i, "customer-" + i % 100, i / 4.0, i % 2 == 0);
            case ARRAYS -> new double[] {i, i / 2.0, i / 3.0, i / 5.0, i / 7.0, i / 11.0, i / 13.0, i / 17.0};
            case NESTED -> new ArrayList<>(List.of(Map.of("a", i, "b", List.of(i, "x")), Optional.of("word-" + i)));
        };
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public byte[] write() {
        var out = new ByteOutput(1 << 14);
        Serializer.RecordWriter writer = serializer.writer(out);
        items.forEach(writer::write);
        return out.toByteArray();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void read(Blackhole sink) {
        Iterator<Object> reader = serializer.reader(new ByteInput(written), SerializerKernel.class.getClassLoader());
        reader.forEachRemaining(sink::consume);
    }
}

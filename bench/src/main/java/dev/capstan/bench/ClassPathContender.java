package dev.capstan.bench;

import dev.capstan.bench.side.Figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Counts or weighs what a side has on its class path, without the programs of the contest themselves. */
final class ClassPathContender implements Contender {
    private static final double MEGABYTE = 1e6;

    private final Side side;
    private final Workload.Kind kind;

    ClassPathContender(Side side, Workload.Kind kind) {
        this.side = side;
        this.kind = kind;
    }

    @Override
    public String name() {
        return side.name();
    }

    @Override
    public Figure once() {
        List<Path> jars = side.entries().stream().filter(Files::isRegularFile).toList();
        double value =
                kind == Workload.Kind.JARS
                        ? jars.size()
                        : jars.stream().mapToLong(ClassPathContender::size).sum() / MEGABYTE;
        return Figure.of(value, "counted");
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new BenchException("cannot see the size of " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // holds nothing
    }
}

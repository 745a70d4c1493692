package dev.capstan.bench;

import dev.capstan.bench.side.Figure;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Gives the figures it was given, and writes down when it was asked. */
final class FakeContender implements Contender {
    private final String name;
    private final Deque<Figure> figures;
    private final List<String> log;

    FakeContender(String name, List<String> log, List<Figure> figures) {
        this.name = name;
        this.log = log;
        this.figures = new ArrayDeque<>(figures);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Figure once() {
        log.add(name);
        return figures.remove();
    }

    @Override
    public void close() {
        log.add(name + " closed");
    }
}

package dev.capstan.bench.side;

/** Time since it was started. */
public final class Stopwatch {
    private final long began = System.nanoTime();

    private Stopwatch() {}

    public static Stopwatch started() {
        return new Stopwatch();
    }

    public double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    public double millis() {
        return seconds() * 1e3;
    }

    public double micros() {
        return seconds() * 1e6;
    }
}

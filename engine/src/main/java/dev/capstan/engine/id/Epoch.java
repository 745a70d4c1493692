package dev.capstan.engine.id;

/** Rises each time the driver of an application is replaced; whoever hears of a higher one refuses the lower. */
public record Epoch(long number) implements Comparable<Epoch> {
    @Override
    public int compareTo(Epoch other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "epoch-" + number;
    }
}

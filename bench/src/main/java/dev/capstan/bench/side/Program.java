package dev.capstan.bench.side;

/** A workload as one engine runs it: prepared once, then run again and again. */
@FunctionalInterface
public interface Program {
    /** One run. Throws if the result is not what it must be. */
    Figure run() throws InterruptedException;
}

package dev.capstan.kernel.serialization;

/** What lives in the driver's process only and must never be caught in a function that travels to executors. */
public interface DriverOnly {
    /** What it is, to be read in a sentence: {@code the dataset 'lines' (id 3)}. */
    String describe();
}

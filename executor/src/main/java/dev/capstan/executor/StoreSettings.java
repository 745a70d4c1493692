package dev.capstan.executor;

/**
 * What an executor may use to keep data.
 *
 * @param memoryFraction of the heap, for tasks and what is stored
 * @param storageFraction of that, from which tasks cannot evict what is stored
 */
public record StoreSettings(double memoryFraction, double storageFraction) {}

package dev.capstan.engine.disk;

/**
 * What came of reading a frame once more where it is kept.
 *
 * @param intact whether it is as it was written
 * @param where it lies, and what is wrong with it
 */
public record FrameReading(boolean intact, String where) {}

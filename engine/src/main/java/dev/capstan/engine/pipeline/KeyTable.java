package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

/** A table of keys and what belongs to them. Its entries are numbered in the order in which their keys came first. */
public interface KeyTable {
    /** How many keys there are. */
    int size();

    @Nullable Object key(int entry);

    /** By entry the hash code of its key, mixed; an array that nobody changes. */
    int[] hashes();

    /** Tells somebody of every so many values that come, and of each large one. */
    void watch(TableWatch watch);

    /** Forgets everything, and lets go of the memory. */
    void clear();

    /** The bytes of its own arrays, without keys and values. */
    long tableBytes();

    /** The bytes of keys and values that are large by themselves, each counted when it comes. */
    long largeBytes();
}

package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Pair;

import org.jspecify.annotations.Nullable;

/** Makes one value of all values of a key. Entries are numbered in the order in which their keys came first. */
public interface Combiner extends Sink<Pair<Object, Object>> {
    void add(@Nullable Object key, @Nullable Object value) throws Exception;

    /** A key that is not there yet, with a value that is combined already. */
    void begin(@Nullable Object key, @Nullable Object value);

    /** Gives a key another value. */
    void replace(int entry, @Nullable Object value);

    /** How many keys there are. */
    int size();

    @Nullable Object key(int entry);

    @Nullable Object value(int entry);

    /** How many keys, and values, are objects outside of the table's arrays. */
    int objects();

    /** By entry the hash code of its key, mixed; an array that nobody changes. */
    int[] hashes();

    /** Tells somebody of every so many values that come. */
    void watch(TableWatch watch);

    /** Forgets everything, and lets go of the memory. */
    void clear();

    /** The bytes of its own arrays, without keys and values. */
    long tableBytes();
}

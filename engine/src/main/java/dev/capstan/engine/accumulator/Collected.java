package dev.capstan.engine.accumulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Gathers elements; all of them end in the driver's memory. */
record Collected<T>() implements Accumulation<T, ArrayList<T>, List<T>> {
    @Override
    public ArrayList<T> zero() {
        return new ArrayList<>();
    }

    @Override
    public ArrayList<T> add(ArrayList<T> state, T element) {
        state.add(element);
        return state;
    }

    @Override
    public ArrayList<T> merge(ArrayList<T> left, ArrayList<T> right) {
        left.addAll(right);
        return left;
    }

    @Override
    public List<T> value(ArrayList<T> state) {
        return Collections.unmodifiableList(new ArrayList<>(state));
    }
}

package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn2;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Makes one value of all elements: a list of it, empty if there are none. */
final class ReduceGatherer<T> implements Gatherer<T, List<T>> {
    private final Fn2<T, T, T> function;
    private boolean any;
    private @Nullable T value;

    /**
     * @param unused there is nothing to begin with
     */
    @SuppressWarnings("unchecked")
    ReduceGatherer(Object function, @Nullable Object unused) {
        this.function = (Fn2<T, T, T>) function;
    }

    @Override
    @SuppressWarnings("NullAway") // a value may be null; whether there is one is told by `any`
    public void accept(T element) throws Exception {
        value = any ? function.apply(value, element) : element;
        any = true;
    }

    @Override
    @SuppressWarnings("NullAway")
    public List<T> result() {
        List<T> result = new ArrayList<>(1);
        if (any) {
            result.add(value);
        }
        return result;
    }
}

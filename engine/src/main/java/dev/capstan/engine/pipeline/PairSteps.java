package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.PairFlatFn;
import dev.capstan.engine.function.PairFn;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;

/** Functions that make pairs with a function of the user's; each of them has a sink that calls that one directly. */
public final class PairSteps {
    private PairSteps() {}

    /** A pair of each value, under a key made of it. */
    public record KeyBy<T, K>(Fn<? super T, ? extends K> function) implements Fn<T, Pair<K, T>>, Shareable {
        @Override
        public Pair<K, T> apply(T value) throws Exception {
            return new Pair<>(function.apply(value), value);
        }
    }

    /** The pair that a function makes of each value; null is refused with a word on whose fault it is. */
    public record ToPair<T, K, V>(PairFn<? super T, K, V> function) implements Fn<T, Pair<K, V>>, Shareable {
        @Override
        public Pair<K, V> apply(T value) throws Exception {
            return given(function.apply(value));
        }

        /** The pair, if the function has made one. */
        public static <K, V> Pair<K, V> given(@Nullable Pair<K, V> pair) {
            if (pair == null) {
                throw new NullPointerException("the function of mapToPair returned null instead of a pair");
            }
            return pair;
        }
    }

    /** All pairs that a function makes of each value. */
    public record FlatToPair<T, K, V>(PairFlatFn<? super T, K, V> function)
            implements FlatFn<T, Pair<K, V>>, Shareable {
        @Override
        public Iterable<Pair<K, V>> apply(T value) throws Exception {
            return Several.given(function.apply(value), "flatMapToPair");
        }
    }

    /** What a function makes of the value of each pair, under the same key. */
    public record MapValue<K, V, W>(Fn<? super V, ? extends W> function)
            implements Fn<Pair<K, V>, Pair<K, W>>, Shareable {
        @Override
        public Pair<K, W> apply(Pair<K, V> pair) throws Exception {
            return new Pair<>(pair.key(), function.apply(pair.value()));
        }
    }

    /** All that a function makes of the value of each pair, each under the same key. */
    public record FlatMapValue<K, V, W>(FlatFn<? super V, ? extends W> function)
            implements FlatFn<Pair<K, V>, Pair<K, W>>, Shareable {
        @Override
        public Iterable<Pair<K, W>> apply(Pair<K, V> pair) throws Exception {
            Iterator<? extends W> values = Several.given(function.apply(pair.value()), "flatMapValues").iterator();
            K key = pair.key();
            return () ->
                    new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return values.hasNext();
                        }

                        @Override
                        public Pair<K, W> next() {
                            return new Pair<>(key, values.next());
                        }
                    };
        }
    }
}

package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Objects;

/**
 * How the values of one key become one value.
 *
 * @param create makes the first of a value
 * @param add adds a value; may change and return its first argument
 * @param merge unites two; may change and return its first argument
 * @param onMapSide whether map tasks do it too, which makes the shuffle smaller if keys repeat
 */
public record Aggregator<K, V, C>(
        Fn<? super V, ? extends C> create,
        Fn2<C, ? super V, ? extends C> add,
        Fn2<C, C, ? extends C> merge,
        boolean onMapSide)
        implements Shareable {
    public Aggregator {
        Objects.requireNonNull(create, "create");
        Objects.requireNonNull(add, "add");
        Objects.requireNonNull(merge, "merge");
    }
}

package dev.capstan.engine.lineage;

import dev.capstan.kernel.serialization.Shareable;

/** How a dataset uses another. */
public sealed interface Dependency<T> extends Shareable permits NarrowDependency, ShuffleDependency {
    Lineage<T> parent();
}

package dev.capstan.engine.execution;

import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Objects;

/** What the tasks of a stage do with the partitions of its dataset. */
public sealed interface Work extends Shareable {
    /** Write them as map outputs. */
    record ShuffleMapWork(ShuffleDependency<?, ?, ?> dependency) implements Work {
        public ShuffleMapWork {
            Objects.requireNonNull(dependency, "dependency");
        }
    }

    /** Make a result of each. */
    record ResultWork<T, U>(PartitionFn<? super T, ? extends U> function) implements Work {
        public ResultWork {
            Objects.requireNonNull(function, "function");
        }
    }
}

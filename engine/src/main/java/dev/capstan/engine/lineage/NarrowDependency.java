package dev.capstan.engine.lineage;

import java.util.Objects;
import java.util.function.IntConsumer;

/** Each partition uses a few given ones of the parent, so that one task computes both. */
public sealed interface NarrowDependency<T> extends Dependency<T> {
    /** Tells the parent's partitions that this partition of the child uses, in order. */
    void parents(int partition, IntConsumer parents);

    /** Partition i uses partition i. */
    record OneToOne<T>(Lineage<T> parent) implements NarrowDependency<T> {
        public OneToOne {
            Objects.requireNonNull(parent, "parent");
        }

        @Override
        public void parents(int partition, IntConsumer parents) {
            parents.accept(partition);
        }
    }

    /** The child's partitions from {@code first} on are all those of the parent. */
    record Range<T>(Lineage<T> parent, int first) implements NarrowDependency<T> {
        public Range {
            Objects.requireNonNull(parent, "parent");
        }

        @Override
        public void parents(int partition, IntConsumer parents) {
            int index = partition - first;
            if (index >= 0 && index < parent.partitionCount()) {
                parents.accept(index);
            }
        }
    }

    /** The parent's partitions are cut into {@code groups} runs of nearly equal length, one for each of the child's. */
    record ManyToOne<T>(Lineage<T> parent, int groups) implements NarrowDependency<T> {
        public ManyToOne {
            Objects.requireNonNull(parent, "parent");
            if (groups < 1) {
                throw new IllegalArgumentException("groups must be positive: " + groups);
            }
        }

        public int start(int group) {
            return (int) ((long) group * parent.partitionCount() / groups);
        }

        @Override
        public void parents(int partition, IntConsumer parents) {
            for (int index = start(partition); index < start(partition + 1); index++) {
                parents.accept(index);
            }
        }
    }

    /** Partition i uses partition {@code first + i}; not all of the parent's are used. */
    record Slice<T>(Lineage<T> parent, int first) implements NarrowDependency<T> {
        public Slice {
            Objects.requireNonNull(parent, "parent");
        }

        @Override
        public void parents(int partition, IntConsumer parents) {
            parents.accept(first + partition);
        }
    }

    /** Each partition of the parent is used by so many neighbours; together with a remainder, each with each. */
    record Quotient<T>(Lineage<T> parent, int divisor) implements NarrowDependency<T> {
        public Quotient {
            Objects.requireNonNull(parent, "parent");
        }

        @Override
        public void parents(int partition, IntConsumer parents) {
            parents.accept(partition / divisor);
        }
    }

    /** The parent's partitions are used in turn, again and again. */
    record Remainder<T>(Lineage<T> parent) implements NarrowDependency<T> {
        public Remainder {
            Objects.requireNonNull(parent, "parent");
        }

        @Override
        public void parents(int partition, IntConsumer parents) {
            parents.accept(partition % parent.partitionCount());
        }
    }
}

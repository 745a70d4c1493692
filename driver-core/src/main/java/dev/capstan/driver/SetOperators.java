package dev.capstan.driver;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.operator.PairFunctions;

/** Operators that take datasets as sets: their elements become the keys of pairs that hold nothing. */
final class SetOperators {
    private SetOperators() {}

    static <T> Lineage<T> distinct(Rdd<T> dataset, int partitions) {
        Checks.partitions(partitions, "distinct");
        return keyed("distinct", dataset).<T>onePerKey("distinct", new HashPartitioner(partitions)).keys().lineage();
    }

    static <T> Lineage<T> intersection(Rdd<T> one, Rdd<T> other, int partitions) {
        return chosen("intersection", one, other, partitions, PairFunctions.FirstOfTwo.IF_IN_BOTH, true);
    }

    static <T> Lineage<T> difference(Rdd<T> one, Rdd<T> other, int partitions) {
        return chosen("subtract", one, other, partitions, PairFunctions.FirstOfTwo.UNLESS_IN_SECOND, false);
    }

    private static <T> Lineage<T> chosen(
            String operator, Rdd<T> one, Rdd<T> other, int partitions, PairFunctions.FirstOfTwo kind, boolean once) {
        Checks.sameContext(one.context(), other, operator);
        Checks.partitions(partitions, operator);
        return Sides.chosen(operator, keyed(operator, one), keyed(operator, other), partitions, kind, once)
                .keys()
                .lineage();
    }

    @SuppressWarnings("unchecked") // it looks at nothing
    private static <T> PairRdd<T, Object> keyed(String operator, Rdd<T> dataset) {
        Fn<T, Pair<T, Object>> withNothing = (Fn<T, Pair<T, Object>>) (Fn<?, ?>) PairFunctions.WithNothing.INSTANCE;
        return new PairRdd<>(
                dataset.context(), new Mapped<>(dataset.origin(operator), dataset.lineage(), withNothing, null));
    }
}

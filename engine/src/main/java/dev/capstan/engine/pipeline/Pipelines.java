package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Action;
import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Predicate;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes the sinks of pipelines for the tasks of one executor.
 *
 * <p>Whatever is switched on or off, the same elements come out in the same order.
 */
public final class Pipelines {
    private final Set<FastPath> paths;
    private final @Nullable Copies copies;

    private Pipelines(Set<FastPath> paths) {
        this.paths = EnumSet.noneOf(FastPath.class);
        this.paths.addAll(paths);
        this.copies = paths.contains(FastPath.SPECIALIZED) ? new Copies() : null;
    }

    /** Those that take these paths. */
    public static Pipelines of(Set<FastPath> paths) {
        return new Pipelines(paths);
    }

    /** Those that take all fast paths but these. */
    public static Pipelines without(FastPath... paths) {
        Set<FastPath> all = EnumSet.allOf(FastPath.class);
        all.removeAll(Arrays.asList(paths));
        return of(all);
    }

    public boolean take(FastPath path) {
        return paths.contains(path);
    }

    public <T, R> Sink<T> map(Fn<? super T, ? extends R> function, Sink<? super R> next) {
        return switch (function) {
            case PairSteps.ToPair<?, ?, ?>(var toPair) -> sink(PairSink.class, toPair, next);
            case PairSteps.KeyBy<?, ?>(var toKey) -> sink(KeySink.class, toKey, next);
            case PairSteps.MapValue<?, ?, ?>(var ofValue) -> sink(ValueSink.class, ofValue, next);
            default -> sink(MapSink.class, function, next);
        };
    }

    public <T> Sink<T> filter(Predicate<? super T> accepts, Sink<? super T> next) {
        return sink(FilterSink.class, accepts, next);
    }

    /**
     * @param checkKilled throws when the task is to end; asked now and then, since the elements that the function makes
     *     of one element may be many, or have no end
     */
    public <T, R> Sink<T> flatMap(FlatFn<? super T, ? extends R> function, Runnable checkKilled, Sink<? super R> next) {
        Sink<R> checked = sink(KillCheckSink.class, checkKilled, next);
        return switch (function) {
            case PairSteps.FlatToPair<?, ?, ?>(var toPairs) -> sink(FlatPairSink.class, toPairs, checked);
            case PairSteps.FlatMapValue<?, ?, ?>(var ofValue) -> sink(FlatValueSink.class, ofValue, checked);
            default -> sink(FlatMapSink.class, function, checked);
        };
    }

    /** A gatherer that adds each element to a value, beginning with this one. */
    public <T, A extends @Nullable Object> Gatherer<T, A> fold(Fn2<A, ? super T, ? extends A> add, A zero) {
        return made(FoldGatherer.class, add, zero, List.of(add.getClass()));
    }

    /** A gatherer that makes one value of all elements, as a list that is empty if there are none. */
    public <T> Gatherer<T, List<T>> reduce(Fn2<T, T, T> function) {
        return made(ReduceGatherer.class, function, null, List.of(function.getClass()));
    }

    /** A gatherer that does something with each element. */
    public <T> Gatherer<T, Boolean> each(Action<? super T> action) {
        return made(ActionGatherer.class, action, null, List.of(action.getClass()));
    }

    /**
     * An empty table that begins the value of each key with one function and adds to it with the other.
     *
     * @param key the class of most keys, or any class if they are not known
     */
    public Combiner combiner(Fn<?, ?> create, Fn2<?, ?, ?> add, Class<?> key) {
        List<Class<?>> parts = List.of(create.getClass(), add.getClass(), key);
        if (!(create instanceof Same) || !take(FastPath.COMPACT)) {
            return made(HashCombiner.class, create, add, parts);
        }
        Supplier<Combiner> ofObjects = () -> made(HashCombiner.class, create, add, parts);
        return made(CompactCombiner.class, ofObjects, add, parts);
    }

    /**
     * An empty table of groups.
     *
     * @param key the class of most keys
     */
    public Groups groups(int sides, Class<?> key) {
        return made(HashGroups.class, sides, null, List.of(key));
    }

    private <S> S sink(Class<?> template, Object function, Object next) {
        return made(template, function, next, List.of(function.getClass(), next.getClass()));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // a copy can do what its template can
    private <S> S made(Class<?> template, Object first, @Nullable Object second, List<Class<?>> parts) {
        Copies own = copies;
        return (S) (own == null ? Copies.original(template, first, second) : own.make(template, parts, first, second));
    }
}

package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Action;

import org.jspecify.annotations.Nullable;

/** Does something with each element. */
final class ActionGatherer<T> implements Gatherer<T, Boolean> {
    private final Action<T> action;

    /**
     * @param unused nothing is made of the elements
     */
    @SuppressWarnings("unchecked")
    ActionGatherer(Object action, @Nullable Object unused) {
        this.action = (Action<T>) action;
    }

    @Override
    public void accept(T element) throws Exception {
        action.accept(element);
    }

    @Override
    public Boolean result() {
        return true;
    }
}

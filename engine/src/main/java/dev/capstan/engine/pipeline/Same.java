package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn;

/** The value as it is. */
public enum Same implements Fn<Object, Object> {
    INSTANCE;

    @Override
    public Object apply(Object value) {
        return value;
    }
}

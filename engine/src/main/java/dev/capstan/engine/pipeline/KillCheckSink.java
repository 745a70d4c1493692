package dev.capstan.engine.pipeline;

/** Each element as it is; now and then the task ends if it is to end. */
final class KillCheckSink<T> implements Sink<T> {
    private static final int CHECK_EVERY = 256;

    private final Runnable checkKilled;
    private final Sink<T> next;
    private int since;

    @SuppressWarnings("unchecked")
    KillCheckSink(Object checkKilled, Object next) {
        this.checkKilled = (Runnable) checkKilled;
        this.next = (Sink<T>) next;
    }

    @Override
    public void accept(T element) throws Exception {
        if (++since == CHECK_EVERY) {
            since = 0;
            checkKilled.run();
        }
        next.accept(element);
    }
}

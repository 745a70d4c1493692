package dev.capstan.driver.runtime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Does something once the program has no reference to an object any more, which the garbage collector finds out. That
 * is how shuffles, cached partitions and broadcasts end whose handles were simply dropped.
 *
 * <p>An action must not refer to its object, or it never becomes unreachable. Actions run on one thread and must be
 * quick, as telling a loop is.
 */
public final class ReachabilityWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReachabilityWatch.class.getName());

    private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread = Thread.ofVirtual().name("capstan-unreachable").unstarted(this::run);

    private static final class Watched extends PhantomReference<Object> {
        final Runnable action;

        Watched(Object object, ReferenceQueue<Object> queue, Runnable action) {
            super(object, queue);
            this.action = action;
        }
    }

    void start() {
        thread.start();
    }

    void whenUnreachable(Object object, Runnable action) {
        watched.add(new Watched(Objects.requireNonNull(object, "object"), unreachable, action));
    }

    private void run() {
        try {
            while (true) {
                Watched gone = (Watched) unreachable.remove();
                watched.remove(gone);
                act(gone.action);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private static void act(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) { // the next object is no worse for it
            LOG.log(System.Logger.Level.WARNING, "what is no longer referred to could not be let go", e);
        }
    }

    /** Does nothing any more. Idempotent. */
    @Override
    public void close() {
        thread.interrupt();
        watched.clear();
    }
}

package dev.capstan.ha;

import dev.capstan.kernel.actor.Entry;

import java.util.List;

/** What entries amount to when those are left out that others have made void. For one thread. */
public interface Digest<E extends Entry> {
    void apply(E entry);

    /** Entries that say the same as all that were applied. */
    List<E> summary();
}

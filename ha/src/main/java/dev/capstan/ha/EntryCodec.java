package dev.capstan.ha;

import dev.capstan.kernel.actor.Entry;

import java.io.IOException;

/** How the entries of an actor are written as records. */
public interface EntryCodec<E extends Entry> {
    byte[] encode(E entry);

    /**
     * @throws IOException when the record is none that {@link #encode} has written
     */
    E decode(byte[] record) throws IOException;
}

package dev.capstan.engine.reduce;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Goes from key to key, in the order of their hashes. */
public interface GroupCursor {
    /** Goes to the next key, or to the first; false if there is none. */
    boolean advance() throws Exception;

    @Nullable Object key();

    /** The values of the key on a side, in the order in which they came; a list of the caller's own. */
    List<Object> values(int side);
}

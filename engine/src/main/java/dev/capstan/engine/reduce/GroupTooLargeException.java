package dev.capstan.engine.reduce;

import org.jspecify.annotations.Nullable;

/** All values of one key together do not fit into the memory of a task. */
public final class GroupTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_LETTERS = 200;

    /**
     * @param operator that unites the values
     * @param bytes that they take at least
     */
    GroupTooLargeException(String operator, @Nullable Object key, long bytes) {
        super(
                operator
                        + ": the values of the key "
                        + shortened(key)
                        + " do not fit into the memory of a task; "
                        + (bytes >> 20)
                        + " MB of them are there already. Values of one key must fit: reduce them with reduceByKey or"
                        + " aggregateByKey, split the key, or give the executor more memory or fewer cores");
    }

    private static String shortened(@Nullable Object key) {
        String text = key instanceof String ? "'" + key + "'" : String.valueOf(key);
        return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "…";
    }
}

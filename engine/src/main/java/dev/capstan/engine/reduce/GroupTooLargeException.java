package dev.capstan.engine.reduce;

import org.jspecify.annotations.Nullable;

/**
 * All values of one key together, or of several keys that no hash tells apart, do not fit into the memory of a task.
 */
public final class GroupTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_LETTERS = 200;

    /**
     * @param operator that unites the values
     * @param key that has most of them
     * @param keys how many are there whose hashes are the same
     * @param bytes that they take at least
     */
    GroupTooLargeException(String operator, @Nullable Object key, int keys, long bytes) {
        super(
                operator
                        + ": the values of the key "
                        + shortened(key)
                        + (keys > 1 ? " and of " + (keys - 1) + " more keys with nearly the same hash code" : "")
                        + " do not fit into the memory of a task; "
                        + amount(bytes)
                        + " of them are there already. "
                        + (keys > 1
                                ? "Give the class of the keys a better hashCode(), or the executor more memory"
                                : "Values of one key must fit: reduce them with reduceByKey or aggregateByKey, split"
                                        + " the key, or give the executor more memory or fewer cores"));
    }

    private static String amount(long bytes) {
        return bytes < 1 << 20 ? (bytes + 1023 >> 10) + " kB" : (bytes >> 20) + " MB";
    }

    private static String shortened(@Nullable Object key) {
        String text = key instanceof String ? "'" + key + "'" : told(key);
        return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "…";
    }

    private static String told(@Nullable Object key) {
        try {
            return String.valueOf(key);
        } catch (RuntimeException e) { // a key of the user, whose trouble must not hide ours
            return "(a " + (key == null ? "null" : key.getClass().getName()) + " that cannot be told)";
        }
    }
}

package dev.capstan.driver.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * Attempts by their number. Open addressing without boxed keys; as numbers are given one after another, those that are
 * alive lie side by side and probes are short.
 */
final class AttemptTable {
    private @Nullable Attempt[] table = new Attempt[64];
    private int size;

    int size() {
        return size;
    }

    void put(Attempt attempt) {
        if (size * 2 >= table.length) {
            grow();
        }
        insert(table, attempt);
        size++;
    }

    @Nullable Attempt get(long number) {
        int mask = table.length - 1;
        for (int i = (int) number & mask; ; i = (i + 1) & mask) {
            Attempt attempt = table[i];
            if (attempt == null || attempt.id.number() == number) {
                return attempt;
            }
        }
    }

    void remove(Attempt attempt) {
        int mask = table.length - 1;
        int hole = (int) attempt.id.number() & mask;
        while (table[hole] != attempt) {
            if (table[hole] == null) {
                throw new IllegalStateException(attempt.id + " is not in the table");
            }
            hole = (hole + 1) & mask;
        }
        for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
            Attempt moved = table[i];
            if (moved == null) {
                break;
            }
            int home = (int) moved.id.number() & mask;
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                table[hole] = moved;
                hole = i;
            }
        }
        table[hole] = null;
        size--;
    }

    private void grow() {
        @Nullable Attempt[] larger = new Attempt[table.length * 2];
        for (Attempt attempt : table) {
            if (attempt != null) {
                insert(larger, attempt);
            }
        }
        table = larger;
    }

    private static void insert(@Nullable Attempt[] into, Attempt attempt) {
        int mask = into.length - 1;
        int i = (int) attempt.id.number() & mask;
        while (into[i] != null) {
            i = (i + 1) & mask;
        }
        into[i] = attempt;
    }
}

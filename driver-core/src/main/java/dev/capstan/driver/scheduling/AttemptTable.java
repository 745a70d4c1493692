package dev.capstan.driver.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * Attempts by their number, without boxed keys: open addressing, at most half full. Numbers are scattered, because
 * those that are alive lie in runs with gaps between them, and runs that fold onto each other would make probes long.
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
        for (int i = home(number, mask); ; i = (i + 1) & mask) {
            Attempt attempt = table[i];
            if (attempt == null || attempt.id.number() == number) {
                return attempt;
            }
        }
    }

    void remove(Attempt attempt) {
        int mask = table.length - 1;
        int hole = home(attempt.id.number(), mask);
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
            int home = home(moved.id.number(), mask);
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
        int i = home(attempt.id.number(), mask);
        while (into[i] != null) {
            i = (i + 1) & mask;
        }
        into[i] = attempt;
    }

    private static int home(long number, int mask) {
        long scattered = number * 0x9E3779B97F4A7C15L;
        return (int) (scattered >>> 32) & mask;
    }
}

package dev.capstan.ha.zookeeper;

import dev.capstan.ha.DamagedStoreException;

import java.util.Locale;

/** The name of a record's node: its number, so that names sort as numbers do. */
final class RecordName {
    private RecordName() {}

    static String of(long number) {
        return String.format(Locale.ROOT, "%019d", number);
    }

    static long number(String name) throws DamagedStoreException {
        try {
            return Long.parseLong(name);
        } catch (NumberFormatException e) {
            throw new DamagedStoreException("a record in ZooKeeper has the name '" + name + "', which is no number", e);
        }
    }
}

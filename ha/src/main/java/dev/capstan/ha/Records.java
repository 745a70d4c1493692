package dev.capstan.ha;

import java.util.List;

/** What all forms of a store ask of records. */
public final class Records {
    private Records() {}

    /** Refuses records that are too large. */
    public static void check(List<byte[]> records) {
        for (byte[] record : records) {
            if (record.length > EpochStore.MOST_RECORD_BYTES) {
                throw new IllegalArgumentException(
                        "a record has "
                                + record.length
                                + " bytes, but a store takes at most "
                                + EpochStore.MOST_RECORD_BYTES);
            }
        }
    }
}

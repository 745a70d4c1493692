package dev.capstan.bench.side;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * What is to be known of one partition of sorted records. No record, since the peer's serializer cannot write these.
 */
public final class SortedPart implements Serializable {
    private static final long serialVersionUID = 1L;

    private long count;
    private String first = "";
    private String last = "";
    private long digest;

    /** Consumes a partition; throws at the first key that stands after a larger one. */
    public static <T> SortedPart of(
            Iterator<? extends T> records, Function<T, String> keyOf, Function<T, byte[]> valueOf) {
        var part = new SortedPart();
        while (records.hasNext()) {
            T each = records.next();
            String key = keyOf.apply(each);
            if (part.count == 0) {
                part.first = key;
            }
            part.follow(key);
            byte[] value = valueOf.apply(each);
            part.digest += (long) key.charAt(key.length() - 1) * (value[0] * 31 + value[value.length - 1]);
            part.count++;
        }
        return part;
    }

    private void follow(String key) {
        if (last.compareTo(key) > 0) {
            throw new IllegalStateException("wrong result: " + key + " stands after " + last);
        }
        last = key;
    }

    /** Looks whether the partitions follow each other, and sums them up. */
    public static String check(long expected, List<SortedPart> parts) {
        var all = new SortedPart();
        for (SortedPart part : parts) {
            if (part.count > 0) {
                all.follow(part.first);
                all.follow(part.last);
            }
            all.count += part.count;
            all.digest += part.digest;
        }
        Expect.equal(expected, all.count, "sorted records");
        return all.count + " records, digest " + Long.toHexString(all.digest);
    }
}

package dev.capstan.engine.operator;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/**
 * How many different values there were, told from a few kilobytes.
 *
 * <p>Few values are kept as their hashes and counted exactly. When those would take more room than the registers, each
 * hash goes into the register that its first bits name, which remembers the longest run of zeros in the other bits. The
 * estimate of registers is Ertl's improved one (New cardinality estimation algorithms for HyperLogLog sketches, 2017),
 * which needs no table of corrections and is as good for few values as for many. Its relative standard error is 1.04
 * divided by the square root of the number of registers.
 */
public final class HyperLogLog implements Serializable {
    private static final long serialVersionUID = 1L;

    /** By this, one standard deviation stays within the error that was asked for. */
    private static final double ERROR_OF_ONE_REGISTER = 1.04;

    private static final int FEWEST_BITS = 4;
    private static final int MOST_BITS = 24;

    private final int bits;

    /** Hashes while there are few: a table of a power of two, open addressing; zero is a free place. */
    private long @Nullable [] hashes;

    private int size;
    private byte @Nullable [] registers;

    private HyperLogLog(int bits) {
        this.bits = bits;
        this.hashes = new long[4];
    }

    /** An empty one with that relative standard error. */
    public static HyperLogLog ofError(double relativeError) {
        return new HyperLogLog(bitsFor(relativeError));
    }

    private static int bitsFor(double relativeError) {
        if (!(relativeError < 1 && relativeError >= smallestError())) {
            throw new IllegalArgumentException(
                    "the relative error of a count of different values must be at least "
                            + smallestError()
                            + " and below 1, not "
                            + relativeError);
        }
        double registers = Math.pow(ERROR_OF_ONE_REGISTER / relativeError, 2);
        return Math.clamp((int) Math.ceil(Math.log(registers) / Math.log(2)), FEWEST_BITS, MOST_BITS);
    }

    private static double smallestError() {
        return ERROR_OF_ONE_REGISTER / Math.sqrt(1 << MOST_BITS);
    }

    /** Takes note of a value. */
    public HyperLogLog add(@Nullable Object value) {
        return addHash(ValueHash.of(value));
    }

    HyperLogLog addHash(long hash) {
        byte[] dense = registers;
        if (dense != null) {
            register(dense, hash);
        } else if (remember(hash == 0 ? 1 : hash) && size * 16L > 1L << bits) {
            toRegisters();
        }
        return this;
    }

    /** Whether the hash is new. */
    private boolean remember(long hash) {
        long[] table = table();
        int place = place(table, hash);
        if (table[place] == hash) {
            return false;
        }
        table[place] = hash;
        size++;
        if (size * 2 > table.length) {
            long[] larger = new long[table.length * 2];
            for (long known : table) {
                if (known != 0) {
                    larger[place(larger, known)] = known;
                }
            }
            hashes = larger;
        }
        return true;
    }

    private static int place(long[] table, long hash) {
        int mask = table.length - 1;
        int place = (int) hash & mask;
        while (table[place] != 0 && table[place] != hash) {
            place = place + 1 & mask;
        }
        return place;
    }

    private long[] table() {
        long[] table = hashes;
        if (table == null) {
            throw new IllegalStateException("the hashes are in registers already");
        }
        return table;
    }

    private byte[] toRegisters() {
        byte[] dense = registers;
        if (dense == null) {
            dense = new byte[1 << bits];
            for (long hash : table()) {
                if (hash != 0) {
                    register(dense, hash);
                }
            }
            registers = dense;
            hashes = null;
        }
        return dense;
    }

    private void register(byte[] dense, long hash) {
        int index = (int) (hash >>> Long.SIZE - bits);
        int run = Math.min(Long.numberOfLeadingZeros(hash << bits), Long.SIZE - bits) + 1;
        if (dense[index] < run) {
            dense[index] = (byte) run;
        }
    }

    /** Takes note of all that the other one, of the same error, has seen. */
    public HyperLogLog merge(HyperLogLog other) {
        if (other.bits != bits) {
            throw new IllegalArgumentException(
                    "counts of different values with " + bits + " and " + other.bits + " bits cannot be merged");
        }
        byte[] theirs = other.registers;
        if (theirs == null) {
            for (long hash : other.table()) {
                if (hash != 0) {
                    addHash(hash);
                }
            }
            return this;
        }
        byte[] ours = toRegisters();
        for (int i = 0; i < ours.length; i++) {
            if (ours[i] < theirs[i]) {
                ours[i] = theirs[i];
            }
        }
        return this;
    }

    /** How many different values there were, about. */
    public long estimate() {
        byte[] dense = registers;
        if (dense == null) {
            return size;
        }
        int longest = Long.SIZE - bits + 1;
        int[] counts = new int[longest + 1];
        for (byte run : dense) {
            counts[run]++;
        }
        double all = dense.length;
        double sum = all * tau(1 - counts[longest] / all);
        for (int run = longest - 1; run >= 1; run--) {
            sum = 0.5 * (sum + counts[run]);
        }
        sum += all * sigma(counts[0] / all);
        return Math.round(all * all / (2 * Math.log(2) * sum));
    }

    /** Corrects for registers that have seen nothing. */
    private static double sigma(double free) {
        if (free == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = free;
        double y = 1;
        double sum = x;
        double before;
        do {
            x *= x;
            before = sum;
            sum += x * y;
            y += y;
        } while (sum != before);
        return sum;
    }

    /** Corrects for registers that can see no more. */
    private static double tau(double unfull) {
        if (unfull == 0 || unfull == 1) {
            return 0;
        }
        double x = unfull;
        double y = 1;
        double sum = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = sum;
            y *= 0.5;
            sum -= (1 - x) * (1 - x) * y;
        } while (sum != before);
        return sum / 3;
    }

    @Override
    public String toString() {
        return "HyperLogLog[about " + estimate() + ", " + (registers == null ? "exact" : bits + " bits") + "]";
    }
}

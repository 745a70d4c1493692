package dev.capstan.engine.reduce;

import java.util.Arrays;

/** Orders numbers by counting their bytes, which takes the same few passes however many there are. */
final class RadixOrder {
    private static final int BUCKETS = 1 << Byte.SIZE;

    /** Fewer are ordered by comparing. */
    private static final int FEW = 256;

    private RadixOrder() {}

    /** The indexes of these hashes, as unsigned numbers, in ascending order; equal ones in the order of the indexes. */
    static int[] ofHashes(int[] hashes, int size) {
        long[] tagged = new long[size];
        for (int i = 0; i < size; i++) {
            tagged[i] = (long) (hashes[i] ^ Integer.MIN_VALUE) << Integer.SIZE | i;
        }
        if (size < FEW) {
            Arrays.sort(tagged);
        } else {
            tagged = byUpperHalf(tagged);
        }
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = (int) tagged[i];
        }
        return order;
    }

    private static long[] byUpperHalf(long[] numbers) {
        long[] from = numbers;
        long[] to = new long[numbers.length];
        for (int shift = Integer.SIZE; shift < Long.SIZE; shift += Byte.SIZE) {
            int[] starts = new int[BUCKETS + 1];
            int flip = shift == Long.SIZE - Byte.SIZE ? BUCKETS / 2 : 0; // the uppermost byte has the sign
            for (long number : from) {
                starts[((int) (number >>> shift) & 0xFF ^ flip) + 1]++;
            }
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                starts[bucket + 1] += starts[bucket];
            }
            for (long number : from) {
                to[starts[(int) (number >>> shift) & 0xFF ^ flip]++] = number;
            }
            long[] done = to;
            to = from;
            from = done;
        }
        return from;
    }

    /**
     * Moves numbers and what belongs to each into the order of the numbers as unsigned; equal ones stay as they are.
     * Bytes that are the same in all numbers cost one look.
     *
     * @param fellows moved along
     */
    static void sort(long[] numbers, long[] fellows, int size) {
        int[][] counts = counts(numbers, size);
        long[] from = numbers;
        long[] fromFellows = fellows;
        long[] to = new long[size];
        long[] toFellows = new long[size];
        for (int place = 0; place < Long.BYTES; place++) {
            int[] starts = counts[place];
            int shift = place * Byte.SIZE;
            if (size > 0 && starts[(int) (numbers[0] >>> shift) & 0xFF] == size) {
                continue;
            }
            int sum = 0;
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                int count = starts[bucket];
                starts[bucket] = sum;
                sum += count;
            }
            for (int i = 0; i < size; i++) {
                long number = from[i];
                int target = starts[(int) (number >>> shift) & 0xFF]++;
                to[target] = number;
                toFellows[target] = fromFellows[i];
            }
            long[] done = to;
            long[] doneFellows = toFellows;
            to = from;
            toFellows = fromFellows;
            from = done;
            fromFellows = doneFellows;
        }
        if (from != numbers) {
            System.arraycopy(from, 0, numbers, 0, size);
            System.arraycopy(fromFellows, 0, fellows, 0, size);
        }
    }

    private static int[][] counts(long[] numbers, int size) {
        int[][] counts = new int[Long.BYTES][BUCKETS];
        for (int i = 0; i < size; i++) {
            long number = numbers[i];
            for (int place = 0; place < Long.BYTES; place++) {
                counts[place][(int) (number >>> place * Byte.SIZE) & 0xFF]++;
            }
        }
        return counts;
    }
}

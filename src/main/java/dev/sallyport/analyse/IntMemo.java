package dev.sallyport.analyse;

import java.util.Arrays;

/** Remembers an integer for each of many longs, without boxes. */
final class IntMemo {

    /** What is remembered of a key that is unknown; it cannot be remembered itself. */
    static final int UNKNOWN = Integer.MIN_VALUE;

    private long[] keys = new long[64];
    private int[] values = new int[64];
    private int size;

    IntMemo() {
        Arrays.fill(values, UNKNOWN);
    }

    /** What is remembered of a pair of numbers. */
    int get(int a, int b) {
        return values[place(key(a, b))];
    }

    /** Remembers a value of a pair of numbers, and returns it. */
    int put(int a, int b, int value) {
        if (2 * size >= keys.length) {
            long[] old = keys;
            int[] had = values;
            keys = new long[2 * old.length];
            values = new int[2 * old.length];
            Arrays.fill(values, UNKNOWN);
            for (int i = 0; i < old.length; i++) {
                if (had[i] != UNKNOWN) {
                    int place = place(old[i]);
                    keys[place] = old[i];
                    values[place] = had[i];
                }
            }
        }
        int place = place(key(a, b));
        size += values[place] == UNKNOWN ? 1 : 0;
        keys[place] = key(a, b);
        values[place] = value;
        return value;
    }

    private static long key(int a, int b) {
        return (long) a << 32 | b & 0xFFFF_FFFFL;
    }

    /** Where a key is, or would be. */
    private int place(long key) {
        long hash = key * 0x9E37_79B9_7F4A_7C15L;
        int place = (int) (hash ^ hash >>> 32) & keys.length - 1;
        while (values[place] != UNKNOWN && keys[place] != key) {
            place = place + 1 & keys.length - 1;
        }
        return place;
    }
}

package dev.sallyport.analyse;

import java.util.Arrays;

/** Gives each array of words a number, from 0 on; equal arrays have the same one. Millions of them are looked up without boxes. */
final class Numbering {

    private static final int FIRST = 64;

    private long[][] keys = new long[FIRST][];
    private int[] hashes = new int[FIRST];
    /** The number of a key plus one, at a place that its hash code tells, or the next free one; 0 is free. */
    private int[] places = new int[4 * FIRST];
    private int size;

    /** The number of an array, which must not change any more. */
    int number(long[] key) {
        int hash = hash(key);
        int place = hash & places.length - 1;
        while (places[place] != 0) {
            int number = places[place] - 1;
            if (hashes[number] == hash && Arrays.equals(keys[number], key)) {
                return number;
            }
            place = place + 1 & places.length - 1;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            hashes = Arrays.copyOf(hashes, 2 * size);
            places = new int[8 * size];
            for (int i = 0; i < size; i++) {
                places[free(hashes[i])] = i + 1;
            }
            place = free(hash);
        }
        keys[size] = key;
        hashes[size] = hash;
        places[place] = ++size;
        return size - 1;
    }

    private int free(int hash) {
        int place = hash & places.length - 1;
        while (places[place] != 0) {
            place = place + 1 & places.length - 1;
        }
        return place;
    }

    private static int hash(long[] key) {
        long hash = key.length;
        for (long word : key) {
            hash = (hash ^ word) * 0x9E37_79B9_7F4A_7C15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }

    /** The array of a number. */
    long[] key(int number) {
        return keys[number];
    }

    /** How many numbers there are. */
    int size() {
        return size;
    }
}

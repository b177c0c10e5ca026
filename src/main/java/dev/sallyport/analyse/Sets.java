package dev.sallyport.analyse;

import java.util.Arrays;

/** Sets of people as bits, each kept once: two sets are equal if their numbers are. The empty set is number 0. */
final class Sets {

    static final int EMPTY = 0;

    private final int size;
    private final Numbering sets = new Numbering();
    private final int all;

    /** @param size how many people there are */
    Sets(int size) {
        this.size = size;
        number(new long[words(size)]);
        long[] full = new long[words(size)];
        for (int i = 0; i < size; i++) {
            add(full, i);
        }
        all = number(full);
    }

    /** Words as a key. */
    static final class Words {

        private final long[] words;
        private final int hash;

        Words(long[] words) {
            this.words = words;
            this.hash = Arrays.hashCode(words);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Words key && Arrays.equals(words, key.words);
        }
    }

    static int words(int size) {
        return Math.max(1, size + 63 >> 6);
    }

    static boolean has(long[] bits, int index) {
        return (bits[index >> 6] >>> index & 1) != 0;
    }

    static void add(long[] bits, int index) {
        bits[index >> 6] |= 1L << index;
    }

    static boolean isEmpty(long[] bits) {
        for (long word : bits) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    static boolean intersects(long[] a, long[] b) {
        for (int w = 0; w < a.length; w++) {
            if ((a[w] & b[w]) != 0) {
                return true;
            }
        }
        return false;
    }

    static long[] and(long[] a, long[] b) {
        long[] both = new long[a.length];
        for (int w = 0; w < a.length; w++) {
            both[w] = a[w] & b[w];
        }
        return both;
    }

    /** The first member of a set that is not empty. */
    int first(int set) {
        return first(bits(set));
    }

    /** The first member of a set that is not empty. */
    static int first(long[] bits) {
        int word = 0;
        while (bits[word] == 0) {
            word++;
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits[word]);
    }

    /** Removes from a set what another one has. */
    static void add(long[] to, long[] more) {
        for (int w = 0; w < to.length; w++) {
            to[w] |= more[w];
        }
    }

    static void remove(long[] from, long[] gone) {
        for (int w = 0; w < from.length; w++) {
            from[w] &= ~gone[w];
        }
    }

    /** How many people there are. */
    int size() {
        return size;
    }

    /** The set of all people. */
    int all() {
        return all;
    }

    /** The number of a set, whose bits must not change any more. */
    int number(long[] bits) {
        return sets.number(bits);
    }

    /** The bits of a set; not to be changed. */
    long[] bits(int set) {
        return sets.key(set);
    }

    int and(int a, int b) {
        return a == b || b == all ? a : a == all ? b : a == EMPTY || b == EMPTY ? EMPTY : number(and(bits(a), bits(b)));
    }

    int or(int a, int b) {
        if (a == b || b == EMPTY) {
            return a;
        }
        if (a == EMPTY) {
            return b;
        }
        long[] either = bits(a).clone();
        long[] other = bits(b);
        for (int w = 0; w < either.length; w++) {
            either[w] |= other[w];
        }
        return number(either);
    }

    int minus(int a, int b) {
        if (a == EMPTY || b == EMPTY) {
            return a;
        }
        long[] left = bits(a).clone();
        remove(left, bits(b));
        return number(left);
    }

    /** Whether every member of the first set is one of the second. */
    boolean isWithin(int a, int b) {
        return a == b || b == all || minus(a, b) == EMPTY;
    }
}

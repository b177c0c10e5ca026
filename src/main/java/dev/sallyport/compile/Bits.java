package dev.sallyport.compile;

/** Sets of ordinals, 64 in a word. */
final class Bits {

    private Bits() { }

    static boolean has(long[] bits, int ordinal) {
        return (bits[ordinal >> 6] & 1L << ordinal) != 0;
    }

    static void add(long[] bits, int ordinal) {
        bits[ordinal >> 6] |= 1L << ordinal;
    }
}

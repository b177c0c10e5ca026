package dev.sallyport.analyse;

import java.util.Arrays;

/** A list of numbers as a key; the numbers must not change any more. */
final class Numbers {

    private final int[] all;
    private final int hash;

    Numbers(int[] all) {
        this.all = all;
        this.hash = Arrays.hashCode(all);
    }

    /** A number before others. */
    static Numbers of(int first, int[] others) {
        int[] all = new int[others.length + 1];
        all[0] = first;
        System.arraycopy(others, 0, all, 1, others.length);
        return new Numbers(all);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Numbers key && Arrays.equals(all, key.all);
    }
}

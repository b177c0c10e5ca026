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

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Numbers key && Arrays.equals(all, key.all);
    }
}

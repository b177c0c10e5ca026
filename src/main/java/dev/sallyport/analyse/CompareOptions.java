package dev.sallyport.analyse;

import java.util.EnumSet;
import java.util.Set;

/**
 * Options for the comparison of two policy sets.
 *
 * @param isDirectory whether the users of the directory are asked
 * @param isAnybody whether people who could exist are asked: a member behind every name of the policies of both sets
 * @param kinds the kinds of requests; not empty
 * @param most the number of classes per change, kind of request and people at most; the share that is left out is told
 */
public record CompareOptions(boolean isDirectory, boolean isAnybody, Set<Kind> kinds, int most) {

    private static final int USUAL = 20;

    /** Checks that something is asked. */
    public CompareOptions {
        if (most < 1 || kinds.isEmpty() || !isDirectory && !isAnybody) {
            throw new IllegalArgumentException("name people, a kind of request, and at least one class");
        }
        kinds = Set.copyOf(kinds);
    }

    /** Options for every change, for the users of the directory and for people who could exist. */
    public static CompareOptions all() {
        return new CompareOptions(true, true, EnumSet.allOf(Kind.class), USUAL);
    }

    /** These options with another number of classes. */
    public CompareOptions withMost(int other) {
        return new CompareOptions(isDirectory, isAnybody, kinds, other);
    }
}

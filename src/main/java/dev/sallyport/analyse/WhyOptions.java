package dev.sallyport.analyse;

import dev.sallyport.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Options for the search for changes of a request.
 *
 * @param changes the number of changes at most: values of the request, memberships of the user, and controls that the user proves; 1 to 4
 * @param to the outcome to reach; {@code null} for the nearest other one: a request that is let in is stopped, any other one is let in
 */
public record WhyOptions(int changes, @Nullable Outcome to) {

    private static final int USUAL = 2;
    private static final int MOST = 4;

    /** Checks the number. */
    public WhyOptions {
        if (changes < 1 || changes > MOST) {
            throw new IllegalArgumentException("the number of changes is 1 to " + MOST);
        }
    }

    /** Options for at most two changes that reach another outcome. */
    public static WhyOptions usual() {
        return new WhyOptions(USUAL, null);
    }
}

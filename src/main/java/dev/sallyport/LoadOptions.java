package dev.sallyport;

/**
 * How much is asked of a policy set that is loaded (IMP-01).
 *
 * @param isStrict whether an export is held to the letter, as YAML that a person writes always is: whatever is wrong with it refuses the
 *                 set. Otherwise it loads, and what is not understood in it fails closed: a condition holds, an exclusion does not exclude
 *                 anybody, a grant control is never met
 */
public record LoadOptions(boolean isStrict) {

    /** An export always loads. */
    public static LoadOptions lenient() {
        return new LoadOptions(false);
    }

    /** An export is held to the letter. */
    public static LoadOptions strict() {
        return new LoadOptions(true);
    }
}

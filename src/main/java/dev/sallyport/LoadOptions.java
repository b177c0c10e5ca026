package dev.sallyport;

/**
 * Options for loading a policy set (IMP-01).
 *
 * @param isStrict whether a mistake in an export refuses the whole set, as a mistake in YAML does. Otherwise an export loads, and what is
 *     not understood fails closed: a condition is satisfied, an exclusion excludes no one, and a grant control is never met
 */
public record LoadOptions(boolean isStrict) {

    /** Options with which an export always loads. */
    public static LoadOptions lenient() {
        return new LoadOptions(false);
    }

    /** Options with which a mistake in an export refuses the set. */
    public static LoadOptions strict() {
        return new LoadOptions(true);
    }
}

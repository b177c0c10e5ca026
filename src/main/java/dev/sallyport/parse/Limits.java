package dev.sallyport.parse;

/** How much a file may hold; checked before or while it is parsed. */
public final class Limits {

    /** The deepest nesting; Graph's own resources need twelve. */
    static final int MAX_DEPTH = 64;
    /** What to do about deeper nesting. */
    static final String DEPTH_HELP = "flatten it: a resource needs at most twelve levels";
    /** The largest policy, suite or request file in YAML, in bytes. */
    public static final int MAX_YAML_BYTES = 1 << 20;
    /** The largest export in JSON, and the largest directory in YAML, in bytes. */
    public static final int MAX_JSON_BYTES = 64 << 20;
    /** The largest file of a directory in JSON, in bytes: a million users. */
    public static final int MAX_DIRECTORY_BYTES = 512 << 20;
    /**
     * How many values a JSON file may hold: an export has 20 bytes a value or more, and each takes 100 in memory. What is in the later
     * items of a long list does not count, because it is not kept.
     */
    static final int MAX_JSON_VALUES = 4_000_000;
    /** How many values the aliases of one file may add to those that are written out; a long text counts as several. */
    static final int MAX_ALIASED_NODES = 10_000;
    /** How many characters of an aliased text count as one more value. */
    static final int ALIASED_CHARACTERS = 64;

    private Limits() { }
}

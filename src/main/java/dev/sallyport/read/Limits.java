package dev.sallyport.read;

/** How much a file may hold; checked before or while it is parsed. */
final class Limits {

    /** The deepest nesting; Graph's own resources need twelve. */
    static final int MAX_DEPTH = 64;
    /** The largest policy, suite or request file in YAML, in bytes. */
    static final int MAX_YAML_BYTES = 1 << 20;
    /** The largest export in JSON, and the largest directory, in bytes. */
    static final int MAX_JSON_BYTES = 64 << 20;
    /** How many values the aliases of one file may add to those that are written out. */
    static final int MAX_ALIASED_NODES = 10_000;

    private Limits() { }
}

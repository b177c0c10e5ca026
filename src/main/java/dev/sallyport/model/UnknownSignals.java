package dev.sallyport.model;

/** The meaning of an absent signal for a policy that has a condition about it. */
public enum UnknownSignals {
    /** The default that Entra documents for each signal (semantics 5.8). */
    ENTRA,
    /** Unknown: an enabled policy that could apply applies, and no exclusion matches. */
    STRICT
}

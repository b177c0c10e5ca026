package dev.sallyport.model;

/** What an absent signal means to a policy that asks about it. */
public enum UnknownSignals {
    /** Entra's documented default of each signal (semantics 5.8). */
    ENTRA,
    /** Unknown: an enabled policy that could apply is taken to apply, and no exclusion is taken to match. */
    STRICT
}

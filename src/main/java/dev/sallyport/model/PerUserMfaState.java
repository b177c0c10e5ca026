package dev.sallyport.model;

/** The state of per-user MFA of a user. */
public enum PerUserMfaState implements GraphEnum {
    /** Per-user MFA asks for nothing (PU-01). */
    DISABLED("disabled"),
    /** The user is asked to register (PU-02). */
    ENABLED("enabled"),
    /** MFA is required, and legacy clients need app passwords (PU-03). */
    ENFORCED("enforced");

    private final String graphName;

    PerUserMfaState(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}

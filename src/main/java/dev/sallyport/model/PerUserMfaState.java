package dev.sallyport.model;

/** A user's per-user MFA state (PU-01..03). */
public enum PerUserMfaState implements GraphEnum {
    DISABLED("disabled"),
    ENABLED("enabled"),
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

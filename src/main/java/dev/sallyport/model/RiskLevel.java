package dev.sallyport.model;

/** The level of sign-in, user or service principal risk (CA-RSK-01). */
public enum RiskLevel implements GraphEnum {
    /** No risk. */
    NONE("none"),
    /** A low risk. */
    LOW("low"),
    /** A medium risk. */
    MEDIUM("medium"),
    /** A high risk. */
    HIGH("high"),
    /** A level that a tenant without P2 cannot see (LIC-11); counts as {@code none} (CA-RSK-07). */
    HIDDEN("hidden");

    private final String graphName;

    RiskLevel(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}

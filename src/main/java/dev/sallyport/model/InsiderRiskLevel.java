package dev.sallyport.model;

/** The level of insider risk, lowest first (CA-RSK-08). */
public enum InsiderRiskLevel implements GraphEnum {
    /** No risk; in requests only. */
    NONE("none"),
    /** A minor risk. */
    MINOR("minor"),
    /** A moderate risk. */
    MODERATE("moderate"),
    /** An elevated risk. */
    ELEVATED("elevated");

    private final String graphName;

    InsiderRiskLevel(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}

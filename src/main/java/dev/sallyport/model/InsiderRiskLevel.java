package dev.sallyport.model;

/** Level of insider risk (CA-RSK-08). */
public enum InsiderRiskLevel implements GraphEnum {
    NONE("none"),
    MINOR("minor"),
    MODERATE("moderate"),
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

package dev.sallyport.model;

/** Level of sign-in, user or service principal risk (CA-RSK-01). */
public enum RiskLevel implements GraphEnum {
    NONE("none"),
    LOW("low"),
    MEDIUM("medium"),
    HIGH("high"),
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

package dev.sallyport.model;

/** Mode of the session control for continuous access evaluation (SS-05), from the mildest to the strictest (SS-26). */
public enum ContinuousAccessEvaluationMode implements GraphEnum {
    DISABLED("disabled"),
    STRICT_ENFORCEMENT("strictEnforcement"),
    STRICT_LOCATION("strictLocation");

    private final String graphName;

    ContinuousAccessEvaluationMode(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}

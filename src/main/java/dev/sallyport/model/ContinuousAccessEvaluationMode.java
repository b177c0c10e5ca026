package dev.sallyport.model;

/** Mode of the session control for continuous access evaluation (SS-05), from the mildest to the strictest (SS-26, AMB-60). */
public enum ContinuousAccessEvaluationMode implements GraphEnum {
    DISABLED("disabled"),
    STRICT_LOCATION("strictLocation"),
    STRICT_ENFORCEMENT("strictEnforcement");

    private final String graphName;

    ContinuousAccessEvaluationMode(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}

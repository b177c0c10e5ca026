package dev.sallyport.model;

/** The mode of continuous access evaluation, mildest first (SS-05, SS-26, AMB-60). */
public enum ContinuousAccessEvaluationMode implements GraphEnum {
    /** Tokens are not evaluated continuously. */
    DISABLED("disabled"),
    /** The location is enforced strictly. */
    STRICT_LOCATION("strictLocation"),
    /** Everything is enforced strictly. */
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

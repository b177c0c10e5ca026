package dev.sallyport.model;

/** The state of a policy (CA-POL-05). */
public enum PolicyState implements GraphEnum {
    /** The policy is enforced. */
    ENABLED("enabled"),
    /** The policy is not evaluated. */
    DISABLED("disabled"),
    /** The policy is evaluated and not enforced. */
    REPORT_ONLY("enabledForReportingButNotEnforced");

    private final String graphName;

    PolicyState(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}

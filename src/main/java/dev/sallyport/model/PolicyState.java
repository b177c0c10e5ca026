package dev.sallyport.model;

/** State of a policy (CA-POL-05). */
public enum PolicyState implements GraphEnum {
    ENABLED("enabled"),
    DISABLED("disabled"),
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

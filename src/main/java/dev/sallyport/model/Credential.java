package dev.sallyport.model;

/** What the client authenticates with. */
public enum Credential implements GraphEnum {
    PASSWORD("password"),
    APP_PASSWORD("appPassword"),
    NONE("none");

    private final String graphName;

    Credential(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}

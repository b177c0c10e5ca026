package dev.sallyport.model;

/** The credential that the client gives for the first factor. */
public enum Credential implements GraphEnum {
    /** A password, or a method instead of it. */
    PASSWORD("password"),
    /** An app password (AP-10). */
    APP_PASSWORD("appPassword"),
    /** No credential. */
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

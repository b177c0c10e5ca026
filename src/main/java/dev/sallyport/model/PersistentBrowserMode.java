package dev.sallyport.model;

/** The mode of the session control for persistent browsers (SS-04). */
public enum PersistentBrowserMode implements GraphEnum {
    /** The browser keeps the session after it is closed. */
    ALWAYS("always"),
    /** The browser drops the session when it is closed. */
    NEVER("never");

    private final String graphName;

    PersistentBrowserMode(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
